package dev.sluice.events;

/** Told by an {@link EventLoop} of every handler that threw: usually gives up what that handler was doing. */
@FunctionalInterface
public interface ErrorHandler {
    /**
     * A handler threw. When this returns, the loop goes on with the next event; when this throws, {@link EventLoop#run}
     * ends with that. Called on the loop's thread; must not block.
     *
     * @param event the event that was being handled, valid until this returns; its attachment tells whose it was
     * @param failure what the handler threw
     */
    void handlerFailed(Event event, RuntimeException failure);
}
