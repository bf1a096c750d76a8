// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.aio.disk.Admission;
import dev.sluice.aio.disk.AdmissionLimits;
import dev.sluice.aio.disk.Disks;
import dev.sluice.aio.disk.PageCache;
import dev.sluice.aio.line.LineOrder;
import dev.sluice.aio.line.Supply;
import dev.sluice.aio.memory.Arena;
import dev.sluice.aio.memory.Block;
import dev.sluice.aio.memory.BlockSettings;
import dev.sluice.aio.memory.DefaultArena;
import dev.sluice.aio.memory.LateReleases;
import dev.sluice.aio.process.Arrivals;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.events.operation.RegisteredBuffers;
import dev.sluice.uring.Closing;
import dev.sluice.uring.SetupFlags;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.Statx;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What operations know of the queue that they are on: its port, what there is a bounded amount of, and who does things in their place. */
public final class IoContext {
    /** Keeps descriptors open for later, and closes some if they are awaited. */
    public interface Keeper {
        void giveBackIfAwaited();

        /** What was open is closed. */
        void queueClosed();
    }

    /** The kernel's IOV_MAX. */
    public static final int MAX_BLOCKS = 1024;

    private final OperationPort port;
    private final Arrivals arrivals;
    private final BlockSettings blockSettings;
    private final LineOrder order = new LineOrder();
    private final List<Supply> supplies = new ArrayList<>();

    /** Those of them that {@link LateReleases} fills. */
    private final List<Supply> memory = new ArrayList<>();

    private final List<Keeper> keepers = new ArrayList<>();
    private final Supply descriptors;
    private final Arena arena;
    private final Block[] scratch = new Block[MAX_BLOCKS];
    private final Admission admission;
    private final DeferredSubmissions deferred;
    private final WorkerCloses workerCloses = new WorkerCloses(this);
    private final Closing closing = new Closing("closing files, sockets or memory of the queue failed");
    private final OpenDescriptors openDescriptors = new OpenDescriptors(closing);
    private final boolean pollFirst;
    private final NativeMemory statusMemory = NativeMemory.map(Statx.SIZE_BYTES);
    private final ByteBuffer statusView = statusMemory.buffer(0L, Statx.SIZE_BYTES);

    public IoContext(EventQueue queue, IoSettings settings, PageCache pageCache, Disks disks) {
        port = queue.operations();
        port.take("AsyncIo");
        arrivals = new Arrivals(queue);
        order.whenChanged(port::changedForClaims);
        deferred = new DeferredSubmissions(port);
        descriptors =
                newSupply(Resource.DESCRIPTORS, settings.descriptors(), settings.descriptorsReserved(), Priority.HIGH);
        blockSettings = new BlockSettings(new LateReleases(queue::wakeup), settings.checkedBuffers(), settings.faces());
        DefaultArena.sayIfLess(settings.arenaBytes());
        final RegisteredBuffers registered = port.resources().registeredBuffers();
        arena = new Arena(
                port,
                newMemorySupply(settings.arenaBytes(), settings.arenaReservedBytes()),
                port::nowNs,
                address -> settings.registeredBuffers()
                        ? registered.register(address, Arena.MAX_BLOCK_BYTES)
                        : RegisteredBuffers.NONE,
                blockSettings);
        final AdmissionLimits limits = settings.admission();
        admission = new Admission(port, order, limits, pageCache, disks, queue::wakeup);
        // The flag came with kernel 5.19; deferred task work, which the ring chose if it could, with 6.1.
        pollFirst = (port.features().setupFlags() & SetupFlags.DEFER_TASKRUN) != 0;
        // They wait for disks, not for processors: as many as the windows, and one for what else the kernel hands them.
        port.limitWorkers(limits.mostWorkers() + 1);
        port.whenClaimable(this::submitDeferred);
    }

    public OperationPort port() {
        return port;
    }

    public Arrivals arrivals() {
        return arrivals;
    }

    public Admission admission() {
        return admission;
    }

    public Arena arena() {
        return arena;
    }

    public BlockSettings blockSettings() {
        return blockSettings;
    }

    public LateReleases lateReleases() {
        return blockSettings.lateReleases();
    }

    /** For the blocks of one call. */
    public Block[] scratch() {
        return scratch;
    }

    /** Whether a receive or send is to be tried only when the socket is ready. */
    public boolean pollFirst() {
        return pollFirst;
    }

    /** For one statx at a time that does not wait. */
    public ByteBuffer statusMemory() {
        return statusView;
    }

    public long statusAddress() {
        return statusMemory.address();
    }

    /** Throws after the close of the queue, on any thread. */
    void checkNotClosed() {
        lateReleases().checkNotClosed();
    }

    /** Throws on any thread but the queue's, not after its close: for what gives back. */
    public void checkOwner(String what) {
        lateReleases().checkOwner(what);
    }

    public Supply newSupply(Resource resource, long capacity, long reserved, int reservedFrom) {
        final Supply supply = new Supply(order, resource, capacity, reserved, reservedFrom);
        supplies.add(supply);
        return supply;
    }

    /** Of blocks that are leased and given back, perhaps by other threads. */
    public Supply newMemorySupply(long capacityBytes, long reservedBytes) {
        final Supply supply = newSupply(Resource.BUFFER_BYTES, capacityBytes, reservedBytes, Priority.HIGH);
        memory.add(supply);
        return supply;
    }

    public Supply descriptors() {
        return descriptors;
    }

    /** Has {@code operation} wait for descriptors. Those that are only kept for later make room for it. */
    void awaitDescriptors(DescriptorOperation operation, long count) {
        descriptors.enqueue(operation, count, count);
        descriptors.serve();
        for (int i = 0; i < keepers.size() && operation.isWaiting(); i++) {
            keepers.get(i).giveBackIfAwaited();
        }
    }

    public void add(Keeper keeper) {
        keepers.add(keeper);
    }

    public void remove(Keeper keeper) {
        keepers.remove(keeper);
    }

    public OpenDescriptors openDescriptors() {
        return openDescriptors;
    }

    WorkerCloses workerCloses() {
        return workerCloses;
    }

    /** Closes what nothing is under way on, when SQEs may be claimed; it counts for the container until then. */
    void closeByWorker(int fd, ResourceContainer container) {
        workerCloses.add(fd, container);
    }

    /** On their way to be closed with nobody to be told. */
    public int pendingCloses() {
        return workerCloses.underWay() + port.descriptors().discardsUnderWay();
    }

    /** Has an operation wait until SQEs may be claimed, at the latest before the next enter: submits it then. */
    public void submitSoon(DescriptorOperation operation) {
        deferred.submitSoon(operation);
    }

    /** Has an operation wait until the ring was entered once more. Not while completions are drained. */
    public void submitAfterEnter(DescriptorOperation operation) {
        deferred.submitAfterEnter(operation);
    }

    /** Takes out an operation that was cancelled, if it waits to be submitted. */
    void withdraw(DescriptorOperation operation) {
        deferred.withdraw(operation);
    }

    /** As {@link #submitSoon}, to have the kernel end what will be submitted again. */
    public void pauseSoon(DescriptorOperation operation) {
        deferred.pauseSoon(operation);
    }

    private void submitDeferred() {
        takeInLate();
        arrivals.deliver();
        for (int i = 0; i < supplies.size(); i++) {
            supplies.get(i).serve();
        }
        deferred.submit();
        workerCloses.begin();
        if (isMemoryAwaited()) {
            lateReleases().collectOrAwait();
        }
        admission.admit();
    }

    /** Takes in what other threads gave back; if somebody waits for more, the queue is woken for that. */
    private void takeInLate() {
        if (isMemoryAwaited()) {
            lateReleases().collectOrAwait();
        } else {
            lateReleases().collect();
        }
    }

    private boolean isMemoryAwaited() {
        for (int i = 0; i < memory.size(); i++) {
            if (memory.get(i).waitingCount() > 0) {
                return true;
            }
        }
        return false;
    }

    /** Collects what goes wrong when the queue is closed. */
    public Closing closing() {
        return closing;
    }

    /** Closes what is open. */
    public void closeDescriptors() {
        workerCloses.closeNow();
        openDescriptors.closeNow();
        keepers.forEach(Keeper::queueClosed);
    }

    /** Nothing uses memory or a disk any more. */
    public void close() {
        closing.step(arena::close);
        closing.step(statusMemory);
        closing.step(admission::close);
    }
}
