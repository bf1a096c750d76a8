/** Resource containers. */
@SuppressWarnings("module") // the readers named are built later
module dev.sluice.containers {
    requires static transitive org.jspecify;

    exports dev.sluice.containers;
    exports dev.sluice.containers.spi to
            dev.sluice.events,
            dev.sluice.aio;
}
