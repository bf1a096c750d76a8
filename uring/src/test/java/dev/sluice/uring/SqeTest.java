// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.base.RingRequest;
import dev.sluice.uring.sys.SqeLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SqeTest {

    private static final int INDEX = 3;
    private static final long BUFFER = 0x7f00_1122_3344_5566L;
    private static final long SECOND = 0x7f00_8899_aabb_ccddL;
    private static final long THIRD = 0x7f00_0000_3000L;

    private final ByteBuffer entries =
            ByteBuffer.allocateDirect(8 * SqeLayout.SIZE).order(ByteOrder.nativeOrder());
    private final RingRequest request = new RingRequest();

    /** The fields as io_uring_prep_* of liburing.h 2.3 sets them: opcode, fd, off, addr, len, operation flags, ioprio. */
    static Stream<Arguments> operations() {
        return Stream.of(
                operation("nop", Sqe::prepNop, 0, -1, 0, 0, 0, 0, 0),
                operation("poll_add", s -> s.prepPollAdd(7, 0x2001), 6, 7, 0, 0, 0, 0x2001, 0),
                operation("poll_multishot", s -> s.prepPollMultishot(7, 1), 6, 7, 0, 0, 1, 1, 0),
                operation("poll_remove", s -> s.prepPollRemove(BUFFER), 7, -1, 0, BUFFER, 0, 0, 0),
                operation("cancel", s -> s.prepCancel(BUFFER), 14, -1, 0, BUFFER, 0, 0, 0),
                operation("accept", s -> s.prepAccept(7, 0x80800), 13, 7, 0, 0, 0, 0x80800, 0),
                operation("multishot_accept", s -> s.prepAcceptMultishot(7, 0x80000), 13, 7, 0, 0, 0, 0x80000, 1),
                operation("recv", s -> s.prepRecv(7, BUFFER, 4096, 0x100), 27, 7, 0, BUFFER, 4096, 0x100, 0),
                operation("send", s -> s.prepSend(7, BUFFER, 4096, 0x4000), 26, 7, 0, BUFFER, 4096, 0x4000, 0),
                operation("openat2", s -> s.prepOpenat2(7, BUFFER, SECOND), 28, 7, SECOND, BUFFER, 24, 0, 0),
                operation("read", s -> s.prepRead(7, BUFFER, 512, 5L << 32), 22, 7, 5L << 32, BUFFER, 512, 0, 0),
                operation("write", s -> s.prepWrite(7, BUFFER, 512, 5L << 32), 23, 7, 5L << 32, BUFFER, 512, 0, 0),
                operation(
                        "statx",
                        s -> s.prepStatx(7, BUFFER, 0x1000, 0x7ff, SECOND),
                        21,
                        7,
                        SECOND,
                        BUFFER,
                        0x7ff,
                        0x1000,
                        0),
                operation("close", s -> s.prepClose(7), 19, 7, 0, 0, 0, 0, 0),
                operation("shutdown", s -> s.prepShutdown(7, 1), 34, 7, 0, 0, 1, 0, 0),
                operation("msg_ring", s -> s.prepMsgRing(7, BUFFER, 5), 40, 7, BUFFER, 0, 5, 0, 0),
                operation("timeout", s -> s.prepTimeout(BUFFER, 9, 1), 11, -1, 9, BUFFER, 1, 1, 0),
                operation("readv", s -> s.prepReadv(7, BUFFER, 3, 5L << 32), 1, 7, 5L << 32, BUFFER, 3, 0, 0),
                operation("writev", s -> s.prepWritev(7, BUFFER, 3, 5L << 32), 2, 7, 5L << 32, BUFFER, 3, 0, 0),
                operation("fsync", s -> s.prepFsync(7), 3, 7, 0, 0, 0, 0, 0),
                operation("fsync, datasync", s -> s.prepFdatasync(7), 3, 7, 0, 0, 0, 1, 0),
                operation(
                        "fallocate",
                        s -> s.prepFallocate(7, 3, 5L << 32, 6L << 32),
                        17,
                        7,
                        5L << 32,
                        6L << 32,
                        3,
                        0,
                        0),
                operation("ftruncate", s -> s.prepFtruncate(7, 5L << 32), 55, 7, 5L << 32, 0, 0, 0, 0),
                operation("fadvise", s -> s.prepFadvise(7, 5L << 32, 4096, 4), 24, 7, 5L << 32, 0, 4096, 4, 0),
                operation("renameat", s -> s.prepRenameat(7, BUFFER, 8, SECOND, 2), 35, 7, SECOND, BUFFER, 8, 2, 0),
                operation("linkat", s -> s.prepLinkat(7, BUFFER, 8, SECOND, 0x400), 39, 7, SECOND, BUFFER, 8, 0x400, 0),
                operation("symlinkat", s -> s.prepSymlinkat(BUFFER, 7, SECOND), 38, 7, SECOND, BUFFER, 0, 0, 0),
                operation("unlinkat", s -> s.prepUnlinkat(7, BUFFER, 0x200), 36, 7, 0, BUFFER, 0, 0x200, 0),
                operation("mkdirat", s -> s.prepMkdirat(7, BUFFER, 0755), 37, 7, 0, BUFFER, 0755, 0, 0),
                operation("connect", s -> s.prepConnect(7, BUFFER, 28), 16, 7, 28, BUFFER, 0, 0, 0),
                operation("sendmsg", s -> s.prepSendmsg(7, BUFFER, 0x4000), 9, 7, 0, BUFFER, 1, 0x4000, 0),
                operation("recvmsg", s -> s.prepRecvmsg(7, BUFFER, 0x40), 10, 7, 0, BUFFER, 1, 0x40, 0));
    }

    /** As {@link #operations}, with a third address besides. */
    static Stream<Arguments> operationsOnAttributes() {
        return Stream.of(
                        operation(
                                "getxattr",
                                s -> s.prepGetxattr(THIRD, BUFFER, SECOND, 4096),
                                44,
                                0,
                                SECOND,
                                BUFFER,
                                4096,
                                0,
                                0),
                        operation(
                                "setxattr",
                                s -> s.prepSetxattr(THIRD, BUFFER, SECOND, 7),
                                42,
                                0,
                                SECOND,
                                BUFFER,
                                7,
                                0,
                                0))
                .peek(operation -> ((ByteBuffer) operation.get()[2]).putLong(48, THIRD));
    }

    /** As {@link #operations}, with the flags of the entry and the buffer's index or group besides. */
    static Stream<Arguments> operationsOnBuffers() {
        return Stream.of(
                onBuffer(
                        operation(
                                "read_fixed",
                                s -> s.prepReadFixed(7, BUFFER, 512, 5L << 32, 0x8001),
                                4,
                                7,
                                5L << 32,
                                BUFFER,
                                512,
                                0,
                                0),
                        0),
                onBuffer(
                        operation(
                                "write_fixed",
                                s -> s.prepWriteFixed(7, BUFFER, 512, 5L << 32, 0x8001),
                                5,
                                7,
                                5L << 32,
                                BUFFER,
                                512,
                                0,
                                0),
                        0),
                onBuffer(
                        operation("recv_multishot", s -> s.prepRecvMultishot(7, 0x8001, 0x40), 27, 7, 0, 0, 0, 0x40, 2),
                        0x20));
    }

    private static Arguments onBuffer(Arguments operation, int flags) {
        ((ByteBuffer) operation.get()[2]).put(1, (byte) flags).putShort(40, (short) 0x8001);
        return operation;
    }

    private static Arguments operation(
            String name,
            UnaryOperator<Sqe> prep,
            int opcode,
            int fd,
            long off,
            long addr,
            int len,
            int flags,
            int ioprio) {
        final ByteBuffer expected = ByteBuffer.allocate(SqeLayout.SIZE).order(ByteOrder.nativeOrder());
        expected.put(0, (byte) opcode)
                .putShort(2, (short) ioprio)
                .putInt(4, fd)
                .putLong(8, off)
                .putLong(16, addr);
        expected.putInt(24, len).putInt(28, flags).putLong(32, 0xfeed_0000_0000_0001L);
        return Arguments.of(name, prep, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"operations", "operationsOnAttributes", "operationsOnBuffers"})
    void shouldWriteTheFieldsOfTheOperationAndLeaveTheOthersZero(
            String name, UnaryOperator<Sqe> prep, ByteBuffer expected) {
        for (int i = 0; i < entries.capacity(); i++) {
            entries.put(i, (byte) 0xa5);
        }

        prep.apply(new Sqe(entries).claim(INDEX)).userData(0xfeed_0000_0000_0001L);

        assertThat(entries.slice(INDEX * SqeLayout.SIZE, SqeLayout.SIZE).order(ByteOrder.nativeOrder()))
                .as(name)
                .isEqualTo(expected);
        assertThat(entries.get(INDEX * SqeLayout.SIZE - 1)).isEqualTo((byte) 0xa5);
        assertThat(entries.get((INDEX + 1) * SqeLayout.SIZE)).isEqualTo((byte) 0xa5);
    }

    @Test
    void shouldKeepWhatIsCommonToAllOperationsInAnyOrder() {
        new Sqe(entries)
                .claim(INDEX)
                .userData(-1L)
                .flags(SqeFlags.IO_LINK | SqeFlags.ASYNC)
                .ioprio(0xe007)
                .prepRead(4, BUFFER, 1, 2);

        request.copyFrom(entries, INDEX);
        assertThat(request.userData).isEqualTo(-1L);
        assertThat(request.flags).isEqualTo(0x14);
        assertThat(request.ioprio).isEqualTo(0xe007);
        assertThat(request.opcode).isEqualTo(Opcode.READ);
    }

    @Test
    void shouldCopyWhatWasPrepared() {
        new Sqe(entries).claim(INDEX).prepStatx(7, BUFFER, 0x1000, 0x7ff, SECOND);

        request.copyFrom(entries, INDEX);

        assertThat(request.opcode).isEqualTo(Opcode.STATX);
        assertThat(request.fd).isEqualTo(7);
        assertThat(request.address).isEqualTo(BUFFER);
        assertThat(request.offset).isEqualTo(SECOND);
        assertThat(request.length).isEqualTo(0x7ff);
        assertThat(request.operationFlags).isEqualTo(0x1000);
    }
}
