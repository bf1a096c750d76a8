// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.guide;

import dev.sluice.aio.Allowance;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncListener;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.OpenFileCache;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.protocol.Server;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventLoop;
import dev.sluice.events.EventQueue;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;

/** The names that a snippet of a guide may use without declaring them, and the snippet itself. */
@SuppressWarnings("VisibilityModifier")
public abstract class Given {
    public EventQueue events;
    public EventLoop loop;
    public ResourceContainer container;
    public EventHandler handler;
    public int socketFd;
    public int otherFd;

    public AsyncIo io;
    public RootDirectory root;
    public AsyncFile file;
    public AsyncSocket socket;
    public AsyncListener listener;
    public IoBuffer buffer;
    public IoBuffer page;
    public OpenFileCache cache;
    public Allowance connections;
    public Server server;

    public InetSocketAddress address;
    public Path directory;
    public ExecutorService workers;

    /** What a program that is run tells. */
    public final List<String> log = new CopyOnWriteArrayList<>();

    /** For the loader of snippets. */
    protected Given() {}

    /**
     * Runs the snippet.
     *
     * @throws Exception as it says
     */
    public abstract void run() throws Exception;
}
