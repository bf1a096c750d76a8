/** Programs to copy from. */
module dev.sluice.samples {
    requires com.fasterxml.jackson.core;
    requires dev.sluice.aio;
    requires info.picocli;
    requires org.eclipse.jetty.http;
    requires org.slf4j;

    opens dev.sluice.samples.cli to
            info.picocli;
    opens dev.sluice.samples.copy to
            info.picocli;
    opens dev.sluice.samples.lines to
            info.picocli;
    opens dev.sluice.samples.tail to
            info.picocli;
}
