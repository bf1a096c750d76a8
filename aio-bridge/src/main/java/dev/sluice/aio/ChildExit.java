package dev.sluice.aio;

/** The exit of a child, noticed by the JDK, whose own wait for each child's status no other may take. */
final class ChildExit extends HeldOperation {
    private final Process process;

    ChildExit(AsyncIo io, Process process) {
        super(io);
        this.process = process;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // of a future that completes normally, whatever the child did
    void start() {
        process.onExit().whenComplete((exited, failure) -> io.arrivals().post(this));
    }

    @Override
    void arrived() {
        end(process.exitValue(), process);
    }

    @Override
    protected String describe() {
        return "exit of process " + process.pid();
    }
}
