// SPDX-License-Identifier: Apache-2.0
package dev.sluice;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.aio.AsyncIo;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.Ring;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: the arrows between the modules, and rules of the house that no compiler checks. Method: the class files of all six
 * modules, which only this module sees together. A rule that finds no class to judge fails.
 */
class ArchitectureTest {
    private static final String URING = "dev.sluice.uring..";
    private static final String URING_FACE = "dev.sluice.uring";
    private static final String URING_SYS = URING_FACE + ".sys";
    private static final String URING_BASE = URING_FACE + ".base";
    private static final String URING_HOST = URING_FACE + ".host";
    private static final String CONTAINERS = "dev.sluice.containers..";
    private static final String EVENTS = "dev.sluice.events..";
    private static final String AIO = "dev.sluice.aio..";
    private static final String PROTOCOL = "dev.sluice.aio.protocol";
    private static final String JETTY = "org.eclipse.jetty..";
    private static final String SAMPLES = "dev.sluice.samples..";
    private static final String PERF = "dev.sluice.perf..";

    private static final String JDK = "java..";
    private static final String JSPECIFY = "org.jspecify.annotations";
    private static final String SLF4J = "org.slf4j..";
    private static final String JNA = "com.sun.jna..";
    private static final String JCTOOLS = "org.jctools.queues..";

    private static JavaClasses sluice;

    @BeforeAll
    static void readClassFiles() {
        sluice = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.sluice");
    }

    @Test
    void shouldLetUringSeeOnlyJna() {
        check(seesOnly(URING, JNA));
    }

    /** From the ground up; the two on top, which carry operations out in two ways, do not see each other. */
    @Test
    void shouldLetTheRoomsOfUringSeeOnlyThoseBelow() {
        final Stream<String> ground = Stream.of("sys", "linux", "memory").map(room -> URING_FACE + "." + room);
        final Stream<String> above = Stream.of("host", "base", "call").map(room -> URING_FACE + "." + room);
        final List<String> rooms = Stream.of(ground, Stream.of(URING_FACE), above)
                .flatMap(room -> room)
                .toList();
        for (int i = 0; i < rooms.size(); i++) {
            check(seesOnly(rooms.get(i), below(rooms.subList(0, i), JNA)));
        }
        for (final String top : List.of("kernel", "emulated")) {
            check(seesOnly(URING_FACE + "." + top, below(rooms, JNA)));
        }
    }

    @Test
    void shouldLetContainersSeeNothing() {
        check(seesOnly(CONTAINERS));
    }

    @Test
    void shouldLetEventsSeeUringContainersTheQueuesOfJctoolsAndTheLog() {
        check(seesOnly(EVENTS, URING, CONTAINERS, JCTOOLS, SLF4J));
    }

    @Test
    void shouldLetTheBridgeSeeEventsAndWhatIsBelowAndTheLog() {
        check(seesOnly(AIO, EVENTS, URING, CONTAINERS, SLF4J));
    }

    /** From the ground up; on top is the face, {@code dev.sluice.aio} itself, which sees them all and none of them sees. */
    @Test
    void shouldLetTheRoomsOfTheBridgeSeeOnlyThoseBelow() {
        final List<String> rooms = Stream.of(
                        "line", "memory", "disk", "process", "operation", "file", "socket", "watch", "cache")
                .map(room -> "dev.sluice.aio." + room)
                .toList();
        for (int i = 0; i < rooms.size(); i++) {
            check(seesOnly(rooms.get(i), below(rooms.subList(0, i), EVENTS, URING, CONTAINERS, SLF4J)));
        }
    }

    /** From the ground up; on top is the face, {@code dev.sluice.events} itself, which sees them all and none of them sees. */
    @Test
    void shouldLetTheRoomsOfEventsSeeOnlyThoseBelow() {
        final List<String> rooms = Stream.of(
                        "timing", "turns", "order", "table", "mail", "reaping", "interest", "operation")
                .map(room -> "dev.sluice.events." + room)
                .toList();
        for (int i = 0; i < rooms.size(); i++) {
            final Stream<String> below =
                    Stream.concat(rooms.subList(0, i).stream(), Stream.of(URING, CONTAINERS, JCTOOLS, SLF4J));
            check(seesOnly(rooms.get(i), below.toArray(String[]::new)));
        }
    }

    @Test
    void shouldLetWhatIsDoneToContainersSeeNothingOfThem() {
        check(seesOnly("dev.sluice.containers.spi"));
    }

    @Test
    void shouldKeepWatchesAndTheCacheFromSockets() {
        check(noClasses()
                .that()
                .resideInAnyPackage("dev.sluice.aio.watch", "dev.sluice.aio.cache")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sluice.aio.socket"));
    }

    /** Whoever writes a protocol of his own can do all that this layer does. */
    @Test
    void shouldLetTheProtocolsSeeOnlyWhatServersSee() {
        check(seesOnly(
                PROTOCOL,
                "dev.sluice.aio",
                "dev.sluice.events",
                "dev.sluice.containers",
                "dev.sluice.uring",
                "dev.sluice.uring.call",
                "dev.sluice.uring.linux",
                "dev.sluice.uring.memory"));
        check(noClasses()
                .that()
                .resideOutsideOfPackages(PROTOCOL, SAMPLES)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PROTOCOL));
    }

    /** What a newcomer reads stands on the face and the layer for protocols alone. */
    @Test
    void shouldLetTheSmallProgramsSeeOnlyWhatServersSee() {
        for (final String program : List.of("first", "echo", "lines", "tail", "copy")) {
            check(seesOnly(
                    "dev.sluice.samples." + program,
                    "dev.sluice.aio",
                    PROTOCOL,
                    EVENTS,
                    URING,
                    CONTAINERS,
                    "picocli.."));
        }
    }

    /** What is further up may use what is further down, and nothing the other way round. */
    @Test
    void shouldLetTheFileServerSeeOnlyWhatIsBelowIt() {
        final String program = "dev.sluice.samples.";
        check(seesOnly(program + "http.wire", JETTY));
        check(seesOnly(program + "net", "dev.sluice.aio", PROTOCOL, EVENTS, URING, CONTAINERS, "org.slf4j.."));
        check(seesOnly(
                program + "http",
                program + "http.wire",
                program + "net",
                "dev.sluice.aio",
                PROTOCOL,
                EVENTS,
                URING,
                CONTAINERS,
                JETTY,
                "org.slf4j.."));
        check(seesOnly(
                program + "files",
                program + "http",
                program + "http.wire",
                program + "net",
                "dev.sluice.aio",
                PROTOCOL,
                EVENTS,
                URING,
                CONTAINERS,
                JETTY,
                "com.fasterxml.jackson.core..",
                "org.slf4j.."));
    }

    @Test
    void shouldKeepTheProgramsApart() {
        check(noClasses()
                .that()
                .resideInAPackage(SAMPLES)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PERF));
        check(noClasses()
                .that()
                .resideInAPackage(PERF)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(SAMPLES));
    }

    /** What these hold is public for the sake of Java's packages. The check before the first native call is for the bridge. */
    @Test
    void shouldHideJnaAndTheInnerRoomsOfUringFromAllOthers() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(URING)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(URING_SYS, URING_BASE, JNA));
        check(noClasses()
                .that()
                .resideOutsideOfPackages(URING, AIO)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(URING_HOST));
    }

    @Test
    void shouldDeclareNativeMethodsOnlyInTheSysPackage() {
        check(methods()
                .that()
                .haveModifier(JavaModifier.NATIVE)
                .should()
                .beDeclaredInClassesThat()
                .resideInAPackage(URING_SYS));
    }

    /** NullAway looks at what is marked, and a new package is not by itself. */
    @ParameterizedTest
    @ValueSource(classes = {Ring.class, ResourceContainer.class, EventQueue.class, AsyncIo.class})
    void shouldSayWhatMayBeNullInWhatIsExported(Class<?> ofModule) throws Exception {
        final Path place = Path.of(
                ofModule.getProtectionDomain().getCodeSource().getLocation().toURI());
        final ModuleDescriptor module =
                ModuleFinder.of(place).findAll().iterator().next().descriptor();
        for (final ModuleDescriptor.Exports exported : module.exports()) {
            if (!exported.isQualified()) {
                assertThat(Class.forName(exported.source() + ".package-info")).hasAnnotation(NullMarked.class);
            }
        }
    }

    /** Whatever the loop waits for comes out of its queue: a sleep would hold up every handler. */
    @ParameterizedTest
    @ValueSource(strings = {URING, CONTAINERS, EVENTS, AIO})
    void shouldNeverSleep(String library) {
        check(noClasses()
                .that()
                .resideInAPackage(library)
                .should()
                .callMethodWhere(target(name("sleep"))
                        .and(target(owner(equivalentTo(Thread.class).or(equivalentTo(TimeUnit.class)))))));
    }

    /** File and socket data goes through the ring; these types of the JDK wait for it in the calling thread. */
    @ParameterizedTest
    @ValueSource(strings = {CONTAINERS, EVENTS, AIO})
    void shouldNotUseTheBlockingInputAndOutputOfTheJdk(String library) {
        for (Class<?> blocking : List.of(
                Channel.class,
                FileInputStream.class,
                FileOutputStream.class,
                RandomAccessFile.class,
                Socket.class,
                ServerSocket.class)) {
            check(noClasses()
                    .that()
                    .resideInAPackage(library)
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(blocking));
        }
    }

    private static String[] below(List<String> rooms, String... others) {
        return Stream.concat(rooms.stream(), Stream.of(others)).toArray(String[]::new);
    }

    /** Classes of {@code module} depend on itself, the JDK's own packages, what says where null may be, and {@code others}. */
    private static ArchRule seesOnly(String module, String... others) {
        String[] seen = Stream.concat(Stream.of(module, JDK, JSPECIFY), Stream.of(others))
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(module)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(seen);
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(false).check(sluice);
    }
}
