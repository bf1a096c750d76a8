// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.sys.MsghdrLayout;
import java.nio.ByteBuffer;

/**
 * Writes {@code struct msghdr}, the argument of sendmsg(2) and recvmsg(2), and reads what a receive answered in it. All methods take memory
 * in native order and the offset of the structure in it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recvmsg.2.html">recvmsg(2)</a>
 */
public final class MessageHeader {

    /** Size of the structure in bytes. */
    public static final int SIZE_BYTES = MsghdrLayout.SIZE;

    private MessageHeader() {}

    /**
     * Writes the structure, with neither address nor control data. A receive writes into it: keep it until the completion.
     *
     * @param memory in native order
     * @param offset where in {@code memory}, a multiple of 8
     * @param iovecsAddress of {@code count} {@link IoVector}s
     * @param count how many, at most 1,024
     * @throws IndexOutOfBoundsException if it does not fit
     */
    public static void write(ByteBuffer memory, int offset, long iovecsAddress, int count) {
        name(memory, offset, 0L, 0);
        memory.putLong(offset + MsghdrLayout.IOV, iovecsAddress);
        memory.putLong(offset + MsghdrLayout.IOV_LENGTH, count);
        control(memory, offset, 0L, 0L);
        memory.putLong(offset + MsghdrLayout.FLAGS, 0L);
    }

    /**
     * Sets the socket address: that of the receiver, or the room for that of the sender.
     *
     * @param memory in native order
     * @param offset of the structure
     * @param socketAddress where {@link SocketAddresses#write} wrote it, or is to be written; 0 for none
     * @param lengthBytes its length, or the room
     */
    public static void name(ByteBuffer memory, int offset, long socketAddress, int lengthBytes) {
        memory.putLong(offset + MsghdrLayout.NAME, socketAddress);
        memory.putLong(offset + MsghdrLayout.NAME_LENGTH, lengthBytes);
    }

    /**
     * Sets the control data, for example descriptors (SCM_RIGHTS): what is sent, or the room for what is received.
     *
     * @param memory in native order
     * @param offset of the structure
     * @param address of the control messages; 0 for none
     * @param lengthBytes theirs, or the room
     * @see <a href="https://man7.org/linux/man-pages/man3/cmsg.3.html">cmsg(3)</a>
     */
    public static void control(ByteBuffer memory, int offset, long address, long lengthBytes) {
        memory.putLong(offset + MsghdrLayout.CONTROL, address);
        memory.putLong(offset + MsghdrLayout.CONTROL_LENGTH, lengthBytes);
    }

    /**
     * After a receive: how long the sender's address is.
     *
     * @param memory in native order
     * @param offset of the structure
     * @return bytes; above the room if it was cut off
     */
    public static int nameLength(ByteBuffer memory, int offset) {
        return memory.getInt(offset + MsghdrLayout.NAME_LENGTH);
    }

    /**
     * After a receive: how much control data there is.
     *
     * @param memory in native order
     * @param offset of the structure
     * @return bytes
     */
    public static long controlLength(ByteBuffer memory, int offset) {
        return memory.getLong(offset + MsghdrLayout.CONTROL_LENGTH);
    }

    /**
     * After a receive: what happened to the message.
     *
     * @param memory in native order
     * @param offset of the structure
     * @return {@link SocketFlags#MSG_TRUNC}, {@link SocketFlags#MSG_CTRUNC} and others
     */
    public static int flags(ByteBuffer memory, int offset) {
        return memory.getInt(offset + MsghdrLayout.FLAGS);
    }
}
