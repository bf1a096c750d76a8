/** Files, sockets, names, watches and processes as operations of a queue. */
module dev.sluice.aio {
    requires transitive dev.sluice.events;
    requires jdk.unsupported; // sun.misc.Signal, found by reflection
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.sluice.aio;
    exports dev.sluice.aio.protocol;
}
