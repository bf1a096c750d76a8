// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.aio.IoBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Notes what happens to it, and how often it has ended. */
final class TestConnection extends FramedConnection {
    /** What is to be done with a line. */
    interface OnLine {
        void line(TestConnection connection, String line) throws ProtocolException;
    }

    final List<String> log = new ArrayList<>();
    private final OnLine onLine;
    int released;
    int allSent;
    int ended;

    TestConnection(Link link, OnLine onLine) {
        super(link, new LineFrames(64));
        this.onLine = onLine;
    }

    TestConnection begin() {
        start(() -> ended++);
        return this;
    }

    void say(String text) {
        out().send(text.getBytes(UTF_8));
    }

    void sayBlock(ProtocolFixture fixture, String text) {
        final IoBuffer block = fixture.block(text.getBytes(UTF_8));
        out().send(block);
    }

    void idleIn(long durationNs) {
        idleAfter(durationNs);
    }

    void doneIn(long durationNs) {
        deadlineAfter(durationNs);
    }

    void done() {
        clearDeadline();
    }

    void endSide() {
        endOutput();
    }

    void receiveIn(int blockBytes) {
        receiveInBlocksOf(blockBytes);
    }

    void receiveOn() {
        receiveWhileCongested();
    }

    boolean hasEnded() {
        return released == 1 && ended == 1;
    }

    @Override
    protected void frame(ByteBuffer frame) throws ProtocolException {
        final String line = UTF_8.decode(frame).toString();
        log.add(line);
        onLine.line(this, line);
    }

    @Override
    protected void peerEnded() {
        log.add("[end]");
        close();
    }

    @Override
    protected void violated(ProtocolException violation) {
        log.add("[" + violation.getMessage() + "]");
        say("ERR\n");
    }

    @Override
    protected void failed(int errno) {
        log.add("[failed " + errno + "]");
    }

    @Override
    protected void idle() {
        log.add("[idle]");
    }

    @Override
    protected void deadlinePassed() {
        log.add("[late]");
        close();
    }

    @Override
    protected void congested() {
        log.add("[congested]");
    }

    @Override
    protected void relieved() {
        log.add("[relieved]");
    }

    @Override
    protected void allSent() {
        allSent++;
    }

    boolean closeIfIdleNow() {
        return closeIfIdle();
    }

    @Override
    protected void released() {
        released++;
    }
}
