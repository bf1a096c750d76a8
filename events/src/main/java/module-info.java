/** The queue. */
@SuppressWarnings({"requires-automatic", "module"
}) // JCTools has a name and no descriptor; the reader named is built later
module dev.sluice.events {
    requires transitive dev.sluice.containers;
    requires transitive dev.sluice.uring;
    requires org.jctools.core;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.sluice.events;
    exports dev.sluice.events.operation to
            dev.sluice.aio;
    exports dev.sluice.events.order to
            dev.sluice.aio;
}
