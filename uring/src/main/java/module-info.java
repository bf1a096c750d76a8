/**
 * The ring and the only native calls. On the module path its name goes to the JVM's {@code --enable-native-access}, with {@code com.sun.jna}.
 */
@SuppressWarnings({"requires-automatic", "module"
}) // JNA has a name and no descriptor; the readers named are built later
module dev.sluice.uring {
    requires com.sun.jna;
    requires static transitive org.jspecify;

    exports dev.sluice.uring;
    exports dev.sluice.uring.call;
    exports dev.sluice.uring.emulated;
    exports dev.sluice.uring.kernel;
    exports dev.sluice.uring.linux;
    exports dev.sluice.uring.memory;
    exports dev.sluice.uring.host to
            dev.sluice.aio;
}
