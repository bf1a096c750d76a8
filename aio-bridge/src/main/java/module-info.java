/** Files, sockets, names, watches and processes as operations of a queue. */
module dev.sluice.aio {
    requires transitive dev.sluice.events;
    requires org.slf4j;

    exports dev.sluice.aio;
    exports dev.sluice.aio.protocol;
}
