// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What must not outlive a run: servers, control groups, mounts. Closed by the run itself or, when the JVM is told to end
 * in the middle of it, by a shutdown hook; whoever comes first does it, the other waits. Any thread.
 */
public final class Teardown implements AutoCloseable {
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final Thread hook = new Thread(this::closeAtExit, "teardown");
    private boolean closed;

    private Teardown() {}

    /**
     * For a whole run.
     *
     * @return an empty one, with its hook in place
     */
    public static Teardown atExit() {
        final Teardown teardown = new Teardown();
        Runtime.getRuntime().addShutdownHook(teardown.hook);
        return teardown;
    }

    /**
     * For a part of the run.
     *
     * @return an empty one that this one closes at the latest
     * @throws IOException if everything has been torn down already
     */
    public Teardown nested() throws IOException {
        return add(new Teardown());
    }

    /**
     * Takes a resource over; it is closed before those that were added earlier.
     *
     * @param resource to be closed once; with an end of its own before, its close must do nothing
     * @param <T> its type
     * @return the same resource
     * @throws IOException if everything has been torn down already: the resource is closed at once
     */
    public synchronized <T extends AutoCloseable> T add(T resource) throws IOException {
        if (closed) {
            closeOne(resource);
            throw new IOException("the run is being ended");
        }
        resources.push(resource);
        return resource;
    }

    /**
     * Closes everything, also when one of them fails.
     *
     * @throws IOException the first failure, the others suppressed in it
     */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        IOException failure = null;
        while (!resources.isEmpty()) {
            try {
                closeOne(resources.pop());
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (Thread.currentThread() != hook) {
            removeHook();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static void closeOne(AutoCloseable resource) throws IOException {
        try {
            resource.close();
        } catch (IOException | RuntimeException e) {
            throw e instanceof IOException io ? io : new IOException(e);
        } catch (Exception e) {
            throw new IOException("closing " + resource, e);
        }
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook finds nothing left to do.
            resources.clear();
        }
    }

    private void closeAtExit() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("teardown: " + e);
        }
    }
}
