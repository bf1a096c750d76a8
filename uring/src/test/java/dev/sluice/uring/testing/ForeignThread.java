// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.testing;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** For sweeps over all that belongs to the thread of a queue: what its methods are, and what they say to another thread. */
public final class ForeignThread {
    private ForeignThread() {}

    /**
     * Makes a call on a thread named "elsewhere", and waits for its end.
     *
     * @param call what must not be called from there
     * @return what it throws; null if it returns
     * @throws InterruptedException if the caller is interrupted meanwhile
     */
    public static Throwable failureOf(Callable<?> call) throws InterruptedException {
        final FutureTask<?> task = new FutureTask<>(call);
        new Thread(task, "elsewhere").start();
        try {
            task.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    /**
     * The public methods of objects of some classes, but {@code toString}.
     *
     * @param types the classes
     * @return each as {@code Class.method}, sorted
     */
    public static Set<String> methodsOf(List<Class<?>> types) {
        final Set<String> methods = new TreeSet<>();
        for (final Class<?> type : types) {
            for (final Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())
                        && !Modifier.isStatic(method.getModifiers())
                        && !method.isSynthetic()
                        && !method.getName().equals("toString")) {
                    methods.add(type.getSimpleName() + "." + method.getName());
                }
            }
        }
        return methods;
    }
}
