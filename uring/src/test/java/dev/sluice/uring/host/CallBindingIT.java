// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import dev.sluice.uring.contract.BindingProgram;
import dev.sluice.uring.emulated.EmulatedRing;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** By what calls are made in JVMs that are started for it: the way is chosen once in a process. */
class CallBindingIT {
    private static final String FFM = "-Dsluice.uring.binding=ffm";
    private static final String JNA = "-Dsluice.uring.binding=jna";
    private static final String ALL = "--enable-native-access=ALL-UNNAMED";

    @Test
    void shouldTakeJnaWhereThatIsAskedFor() throws Exception {
        assertThat(saidOnTheClassPath(JNA)).contains("workers, calls by JNA");
    }

    @Test
    @EnabledForJreRange(minVersion = 22)
    void shouldTakeTheForeignFunctionInterfaceWithoutAWarningWhereAccessIsGranted() throws Exception {
        assertThat(saidOnTheClassPath(ALL))
                .contains("workers, calls by the foreign function interface")
                .doesNotContain("WARNING");
        assertThat(saidOnTheModulePath("dev.sluice.uring,com.sun.jna"))
                .contains("workers, calls by the foreign function interface")
                .doesNotContain("WARNING");
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21)
    void shouldSayThatThisJdkHasNoForeignFunctionInterface() throws Exception {
        assertThat(saidOnTheClassPath(FFM))
                .contains(
                        "RingUnavailableException: -Dsluice.uring.binding=ffm cannot be had: java.lang.foreign is there from"
                                + " JDK 22 on, and this is " + Runtime.version())
                .contains("leave the property out");
    }

    @Test
    void shouldSayWhichWordsThereAre() throws Exception {
        assertThat(saidOnTheClassPath("-Dsluice.uring.binding=panama"))
                .contains("IllegalArgumentException: -Dsluice.uring.binding must be ffm or jna: panama");
    }

    @Test
    @EnabledForJreRange(minVersion = 24)
    void shouldTakeJnaWhereTheJvmDeniesAccessToUsAlone() throws Exception {
        assertThat(saidOnTheModulePath("com.sun.jna", "--illegal-native-access=deny"))
                .contains("workers, calls by JNA");
    }

    @Test
    @EnabledForJreRange(minVersion = 24)
    void shouldNameTheOptionWhereTheJvmDeniesWhatIsAskedFor() throws Exception {
        assertThat(saidOnTheModulePath("com.sun.jna", "--illegal-native-access=deny", FFM))
                .contains("RingUnavailableException: -Dsluice.uring.binding=ffm cannot be had")
                .contains("--enable-native-access=dev.sluice.uring,com.sun.jna");
    }

    private static String saidOnTheClassPath(String... options) throws Exception {
        final List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return said(arguments);
    }

    private static String saidOnTheModulePath(String granted, String... options) throws Exception {
        final List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add("--enable-native-access=" + granted);
        arguments.addAll(List.of("--module-path", placeOf(EmulatedRing.class) + ":" + placeOf(Native.class)));
        arguments.addAll(List.of("--add-modules", "dev.sluice.uring", "-cp", placeOf(BindingProgram.class)));
        return said(arguments);
    }

    private static String placeOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private static String said(List<String> arguments) throws Exception {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        command.add(BindingProgram.class.getName());
        final Process child =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
