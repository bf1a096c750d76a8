// SPDX-License-Identifier: Apache-2.0
package dev.sluice;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What types offer to programs: a line for each type and each member, none of which a program can do without that uses it. */
final class Api {
    private static final int SHOWN = Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT;

    private final Set<Class<?>> types;
    private final SortedSet<String> lines = new TreeSet<>();

    private Api(Collection<Class<?>> types) {
        this.types = Set.copyOf(types);
    }

    /** What they inherit from types that are not among them is theirs. */
    static SortedSet<String> of(Collection<Class<?>> types) {
        final Api api = new Api(types);
        types.forEach(api::add);
        return api.lines;
    }

    private void add(Class<?> type) {
        line(type, "is " + modifiers(type.getModifiers()) + kindOf(type) + variables(type) + supertypesOf(type));
        for (final Constructor<?> constructor : type.getDeclaredConstructors()) {
            member(type, constructor, "new " + variables(constructor) + parametersOf(constructor));
        }
        final Set<String> overridden = new HashSet<>();
        for (Class<?> from = type; from == type || isHidden(from); from = from.getSuperclass()) {
            for (final Field field : from.getDeclaredFields()) {
                member(type, field, name(field.getGenericType()) + " " + field.getName());
            }
            for (final Method method : from.getDeclaredMethods()) {
                final String named = method.getName() + parametersOf(method);
                if (overridden.add(named)) {
                    member(type, method, variables(method) + name(method.getGenericReturnType()) + " " + named);
                }
            }
        }
    }

    private boolean isHidden(Class<?> supertype) {
        return supertype != null && supertype.getName().startsWith("dev.sluice.") && !types.contains(supertype);
    }

    private void member(Class<?> type, Member member, String text) {
        final boolean mayBeExtended = !Modifier.isFinal(type.getModifiers());
        final int modifiers = member.getModifiers();
        if (!member.isSynthetic()
                && (Modifier.isPublic(modifiers) || (Modifier.isProtected(modifiers) && mayBeExtended))) {
            line(
                    type,
                    modifiers(mayBeExtended || member instanceof Field ? modifiers : modifiers & ~Modifier.FINAL)
                            + text);
        }
    }

    private void line(Class<?> type, String text) {
        lines.add(type.getName() + " " + text);
    }

    private static String modifiers(int modifiers) {
        final String text = Modifier.toString(modifiers & SHOWN);
        return text.isEmpty() ? "" : text + " ";
    }

    private static String kindOf(Class<?> type) {
        final String sealed = type.isSealed() ? "sealed " : "";
        return sealed
                + (type.isAnnotation()
                        ? "annotation"
                        : type.isInterface()
                                ? "interface"
                                : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class");
    }

    private String supertypesOf(Class<?> type) {
        final Set<String> above = new TreeSet<>();
        for (Class<?> from = type; from == type || isHidden(from); from = from.getSuperclass()) {
            if (from.getSuperclass() != null
                    && from.getSuperclass() != Object.class
                    && !isHidden(from.getSuperclass())) {
                above.add(name(from.getGenericSuperclass()));
            }
            Stream.of(from.getGenericInterfaces()).map(Api::name).forEach(above::add);
        }
        return above.isEmpty() ? "" : " below " + String.join(", ", above);
    }

    private static String variables(GenericDeclaration declaration) {
        final String variables = Stream.of(declaration.getTypeParameters())
                .map(variable -> variable + " below " + names(variable.getBounds(), " & "))
                .collect(Collectors.joining(", "));
        return variables.isEmpty() ? "" : "<" + variables + "> ";
    }

    private static String parametersOf(Executable executable) {
        final String thrown = names(executable.getGenericExceptionTypes(), ", ");
        return "(" + names(executable.getGenericParameterTypes(), ", ") + (executable.isVarArgs() ? "..." : "") + ")"
                + (thrown.isEmpty() ? "" : " throws " + thrown);
    }

    private static String names(Type[] types, String separator) {
        return Stream.of(types).map(Api::name).collect(Collectors.joining(separator));
    }

    /** Without the packages. */
    private static String name(Type type) {
        return type.getTypeName().replaceAll("\\b(?:[a-z_0-9]+\\.)+(?=[A-Z])", "");
    }
}
