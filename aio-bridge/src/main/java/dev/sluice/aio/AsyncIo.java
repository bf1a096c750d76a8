// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.disk.Disks;
import dev.sluice.aio.disk.PageCache;
import dev.sluice.aio.file.ExtendedAttributes;
import dev.sluice.aio.file.FileOperations;
import dev.sluice.aio.file.Names;
import dev.sluice.aio.file.OpenFile;
import dev.sluice.aio.line.LineOperation;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.process.Jobs;
import dev.sluice.aio.socket.Connection;
import dev.sluice.aio.socket.FileSend;
import dev.sluice.aio.socket.Listener;
import dev.sluice.aio.socket.ReceiveBlocks;
import dev.sluice.aio.socket.SocketOperations;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.events.operation.Operation;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Closing;
import dev.sluice.uring.call.Sockets;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files and sockets on an {@link EventQueue}: requests that never block, whose completions arrive on that queue by the
 * priority of their containers. One for each queue; it ends with the queue.
 *
 * <p>Belongs to the thread of its queue.
 */
public final class AsyncIo {
    /** What is returned in place of an operation's id when nothing was started: too many are under way. Ask again after the next event. */
    public static final long BACK_PRESSURED = OperationPort.BACK_PRESSURED;

    private final OperationPort port;
    private final IoContext context;
    private final FileOperations files;
    private final SocketOperations sockets;
    private final AsyncPaths paths;
    private final BufferArena arena;
    private final Jobs jobs;
    private final BlockingWork blockingWork;
    private final Allowance descriptors;
    private final FileEvents fileEvents;
    private final ProcessEvents process;
    private final List<ReceiveBlocks> receiveBlocks = new ArrayList<>();
    private final Set<OperationFuture<?>> futures = new HashSet<>();

    private AsyncIo(EventQueue queue, AsyncIoOptions options, PageCache pageCache, Disks disks) {
        port = queue.operations();
        context = new IoContext(queue, options.settings(), pageCache, disks);
        files = new FileOperations(context);
        sockets = new SocketOperations(context, files, ReceivedDescriptors::new, AsyncSocket::new);
        paths = new AsyncPaths(new Names(context));
        arena = new BufferArena(context.arena(), port, queue::wakeup);
        jobs = new Jobs(
                port,
                context.arrivals(),
                context.newSupply(
                        Resource.BLOCKING_JOBS, BlockingWork.THREADS, BlockingWork.RESERVED_THREADS, Priority.HIGH));
        blockingWork = new BlockingWork(port, jobs, new ExtendedAttributes(context));
        descriptors = new Allowance(context, context.descriptors());
        fileEvents = new FileEvents(queue, context, files);
        process = new ProcessEvents(queue, context);
        port.resources().atClose(this::close);
    }

    /**
     * Makes files and sockets available on {@code queue}, with the defaults.
     *
     * @param queue of the calling thread
     * @return the bridge
     * @throws IllegalStateException as {@link #on(EventQueue, AsyncIoOptions)}
     */
    public static AsyncIo on(EventQueue queue) {
        return on(queue, AsyncIoOptions.defaults());
    }

    /**
     * Makes files and sockets available on {@code queue}.
     *
     * @param queue of the calling thread
     * @param options windows and memory
     * @return the bridge
     * @throws IllegalStateException if the queue has one already, is closed, or belongs to another thread
     */
    public static AsyncIo on(EventQueue queue, AsyncIoOptions options) {
        return on(queue, options, PageCache.OF_THE_KERNEL, Disks.OF_THE_MACHINE);
    }

    static AsyncIo on(EventQueue queue, AsyncIoOptions options, PageCache pageCache, Disks disks) {
        return new AsyncIo(Objects.requireNonNull(queue, "queue"), options, pageCache, disks);
    }

    /**
     * Returns where buffers come from.
     *
     * @return the arena
     */
    public BufferArena arena() {
        return arena;
    }

    /**
     * Returns the operations on names.
     *
     * @return always the same object
     */
    public AsyncPaths paths() {
        return paths;
    }

    /**
     * Makes an object for a file that is to be opened.
     *
     * @return a file that is not open
     * @throws IllegalStateException if the queue is closed, or the calling thread is not its owner
     */
    public AsyncFile newFile() {
        port.checkUsable();
        return new AsyncFile(new OpenFile(files));
    }

    /**
     * Makes an object for a connection that is to be adopted or made.
     *
     * @return a socket that is not open
     * @throws IllegalStateException if the queue is closed, or the calling thread is not its owner
     */
    public AsyncSocket newSocket() {
        port.checkUsable();
        return new AsyncSocket(new Connection(sockets));
    }

    /**
     * Opens a listening stream socket; nothing is accepted until {@link AsyncListener#accept()}. The path of a Unix socket must
     * not exist before, and is not removed afterwards; to make it may wait for a disk: for start-up.
     *
     * @param address to listen on: an {@link java.net.InetSocketAddress}, port 0 for any free one, a {@link
     *     java.net.UnixDomainSocketAddress} or an {@link dev.sluice.uring.memory.AbstractUnixAddress}
     * @param backlog how many connections may wait to be accepted
     * @param container charged for accepting, and at whose priority connections are handed out
     * @param attachment handed out with each connection's event, may be null
     * @return the listener
     * @throws java.io.UncheckedIOException if the address cannot be bound, naming it and the error
     */
    public AsyncListener listen(
            SocketAddress address, int backlog, ResourceContainer container, @Nullable Object attachment) {
        port.checkUsable();
        return listener(Sockets.listen(address, backlog), container, attachment);
    }

    /**
     * As {@link #listen(SocketAddress, int, ResourceContainer, Object)}, for a lambda.
     *
     * @param address to listen on
     * @param backlog how many connections may wait to be accepted
     * @param container charged for accepting, and at whose priority connections are handed out
     * @param handler of the listener's events, may be null
     * @return the listener
     */
    public AsyncListener listen(
            SocketAddress address, int backlog, ResourceContainer container, @Nullable EventHandler handler) {
        return listen(address, backlog, container, (Object) handler);
    }

    /**
     * As {@link #listen(SocketAddress, int, ResourceContainer, Object)}, with options, such as of several queues that share a port.
     *
     * @param address to listen on
     * @param options of the socket, and how many may wait
     * @param container charged for accepting, and at whose priority connections are handed out
     * @param attachment handed out with each connection's event, may be null
     * @return the listener
     * @throws java.io.UncheckedIOException if the address cannot be bound, or an option set, naming it and the error
     */
    public AsyncListener listen(
            SocketAddress address, ListenOptions options, ResourceContainer container, @Nullable Object attachment) {
        port.checkUsable();
        return listener(Sockets.listen(address, options.backlog(), options.socketOptions()), container, attachment);
    }

    /**
     * As {@link #listen(SocketAddress, ListenOptions, ResourceContainer, Object)}, for a lambda.
     *
     * @param address to listen on
     * @param options of the socket, and how many may wait
     * @param container charged for accepting, and at whose priority connections are handed out
     * @param handler of the listener's events, may be null
     * @return the listener
     */
    public AsyncListener listen(
            SocketAddress address, ListenOptions options, ResourceContainer container, @Nullable EventHandler handler) {
        return listen(address, options, container, (Object) handler);
    }

    /** Takes over a listening socket. */
    AsyncListener listener(int fd, ResourceContainer container, @Nullable Object attachment) {
        return new AsyncListener(new Listener(sockets, fd, container, attachment));
    }

    /**
     * Makes blocks of memory for {@link AsyncSocket#receiveInto(ReceiveBuffers)}, as for one class of clients. They are
     * apart from the {@linkplain #arena() arena} and last as long as the queue.
     *
     * @param count how many: a power of two, at most 32,768
     * @param blockBytes size of each, a multiple of 4,096; of all together at most 1 GiB
     * @return none of them held
     * @throws IllegalArgumentException if a number is out of its range
     * @throws dev.sluice.uring.RingException if the kernel refuses, as for want of memory
     */
    public ReceiveBuffers newReceiveBuffers(int count, int blockBytes) {
        return newReceiveBuffers(count, blockBytes, ReceiveBlocks.kernelCanPick(port.features()));
    }

    ReceiveBuffers newReceiveBuffers(int count, int blockBytes, boolean kernelPicks) {
        port.checkUsable();
        final ReceiveBlocks blocks = new ReceiveBlocks(context, count, blockBytes, kernelPicks);
        receiveBlocks.add(blocks);
        return new ReceiveBuffers(blocks);
    }

    /**
     * Makes something that the application has a bounded amount of, such as connections, subject to the limits of containers.
     *
     * @param resource whose limits count
     * @param capacity how much there is
     * @param reserved how much of it is kept for bands of {@link dev.sluice.containers.Priority#HIGH} and above
     * @return nothing taken
     * @throws IllegalArgumentException unless {@code 0 <= reserved < capacity}
     */
    public Allowance newAllowance(Resource resource, long capacity, long reserved) {
        return newAllowance(resource, capacity, reserved, Priority.HIGH);
    }

    /**
     * As {@link #newAllowance(Resource, long, long)}, with a reserve for other bands: such as that of the highest class of clients.
     *
     * @param resource whose limits count
     * @param capacity how much there is
     * @param reserved how much of it is kept
     * @param reservedFrom for this band and those above
     * @return nothing taken
     * @throws IllegalArgumentException unless {@code 0 <= reserved < capacity}, or if there is no such band
     */
    public Allowance newAllowance(Resource resource, long capacity, long reserved, int reservedFrom) {
        port.checkUsable();
        Objects.requireNonNull(resource, "resource");
        return new Allowance(context, context.newSupply(resource, capacity, reserved, reservedFrom));
    }

    /**
     * Returns what of files and directories can be made events, and what keeps files open until they change.
     *
     * @return always the same object
     */
    public FileEvents files() {
        return fileEvents;
    }

    /**
     * Returns what of the process and its host can be made events.
     *
     * @return always the same object
     */
    public ProcessEvents process() {
        return process;
    }

    /**
     * Returns the threads for what waits and has no opcode.
     *
     * @return always the same object
     */
    public BlockingWork blockingWork() {
        return blockingWork;
    }

    /**
     * Asks for the end of an operation. Its terminal event comes in any case: with {@code ECANCELED}, or with the
     * result that could not be stopped any more. A file that a cancelled open got all the same is closed.
     *
     * @param id from the method that started it
     * @return false if no such operation is under way, or it is a close or a blocking job that runs
     */
    public boolean cancel(long id) {
        final Operation operation = port.find(id);
        return operation != null && operation.isCancellable() && port.cancel(operation);
    }

    /**
     * Asks for the end of everything that is under way for a container and its descendants, such as a client's, of each as by {@link
     * #cancel}: each has its terminal event, with {@code ECANCELED} or what could not be stopped any more. Closes and blocking jobs
     * that run go on, as does what an {@link OpenFileCache} opens for others, too; so do declared interest and timers, which are no
     * operations.
     *
     * <p>Looks at all that is under way on the queue: for a class of clients, or one of many connections, not for each of thousands.
     *
     * @param container whose operations, and its descendants'
     * @return how many operations that is, those included whose end was asked for before
     * @throws IllegalStateException if the queue is closed, or the calling thread is not its owner
     */
    public int cancelAll(ResourceContainer container) {
        return port.cancelAll(container);
    }

    /**
     * Gives an operation a deadline, in place of any it had: when it has passed, the operation's end is asked for as by
     * {@link #cancel}. If that stops it, the result of its terminal event is {@code ETIME}, where that of {@link #cancel} and
     * {@link AsyncDescriptor#close()} is {@code ECANCELED} or {@code EINTR}; else it is what it would have been without. The
     * deadline ends with the operation and has no event of its own. In steady state it allocates nothing.
     *
     * <p>What waits in a line, for a disk, memory, a descriptor or a thread, ends at once then. What nothing stops is told apart here: a close
     * has no deadline, since its descriptor is closed in any case, and a blocking job has none once it runs; one that was given while it
     * waited for its turn is of no effect from then on, and its outcome comes when there is one. What a disk that does not answer has is
     * told when it answers, for until then the buffer is the kernel's.
     *
     * @param id from the method that started it
     * @param timeoutNs from now on, in nanoseconds; late by less than a tick of a {@link dev.sluice.events.Timer} and by what
     *     the present handler takes
     * @return false if no such operation is under way, or it is a close or a blocking job that runs
     * @throws IllegalArgumentException if {@code timeoutNs} is negative
     */
    public boolean cancelAfter(long id, long timeoutNs) {
        final Operation operation = port.find(id);
        checkTimeout(timeoutNs);
        return operation != null && operation.isCancellable() && port.cancelAfter(operation, timeoutNs);
    }

    /**
     * Returns the bound of what the queue has open, which the limits of containers for {@link Resource#DESCRIPTORS} hold for too. What opens
     * a file, looks a path up, connects, accepts or receives descriptors takes its part of it first, and waits for that as part of the
     * operation: in the order of this allowance, until it is cancelled or its deadline has passed. What the application opens by other
     * means it may take here too.
     *
     * @return {@link AsyncIoOptions#descriptors()} of them
     */
    public Allowance descriptors() {
        return descriptors;
    }

    /**
     * Returns how many descriptors are open through this bridge.
     *
     * @return files, sockets and listeners
     */
    public int openDescriptors() {
        return context.openDescriptors().count();
    }

    /**
     * Returns how many descriptors are on their way to be closed with nobody to be told, as by {@link AsyncFile#discard()}: who ends
     * orderly waits for none.
     *
     * @return the count, of large files that a kernel worker closes among them
     */
    public int pendingCloses() {
        return context.pendingCloses();
    }

    /**
     * Returns how many operations wait for their turn to go to the disk.
     *
     * @return the count over all windows
     */
    public int waitingOperations() {
        return context.admission().waitingCount();
    }

    static void checkTimeout(long timeoutNs) {
        if (timeoutNs < 0L) {
            throw new IllegalArgumentException("timeoutNs must not be negative: timeoutNs=" + timeoutNs);
        }
    }

    /** Throws on any thread but the queue's, not after its close: for what gives back. */
    void checkOwner(String what) {
        context.checkOwner(what);
    }

    /** Those whose event has not been handed out. */
    Set<OperationFuture<?>> futures() {
        return futures;
    }

    OperationPort port() {
        return port;
    }

    IoContext context() {
        return context;
    }

    /**
     * Tells whether an operation waits for its turn, in the line of an {@link Allowance} or of a disk.
     *
     * @param id of the operation
     * @return false once it goes on, or has ended
     * @throws IllegalStateException if the queue is closed, or the calling thread is not its owner
     */
    public boolean isWaiting(long id) {
        port.checkUsable();
        return port.find(id) instanceof LineOperation operation && operation.isWaiting();
    }

    /** Tells whether a read is under way, and has not gone on to send what was read. */
    boolean isReading(long id) {
        final Operation operation = port.find(id);
        return operation != null && !(operation instanceof FileSend send && send.isSending());
    }

    private void close() {
        final Closing closing = context.closing();
        context.lateReleases().close();
        closing.step(jobs::close);
        context.closeDescriptors();
        receiveBlocks.forEach(blocks -> closing.step(blocks::close));
        context.close();
        List.copyOf(futures).forEach(OperationFuture::queueClosed);
        closing.end();
    }
}
