/** Programs to copy from. */
module dev.sluice.samples {
    requires dev.sluice.aio;
    requires info.picocli;
    requires org.eclipse.jetty.http;
    requires org.slf4j;

    opens dev.sluice.samples to
            info.picocli;
}
