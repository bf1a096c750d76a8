// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

/**
 * By what a client can ask again for one version of a file, in one coding: an entity tag, and as a rule the time of modification. Immutable.
 *
 * <p>A kernel stamps a file with the time of its last tick, up to 10 ms ago: two changes within one tick look the same. So a tag is strong
 * only once the last change is older than that, and weak before; a weak tag here vouches for nothing and never makes a {@code 304}.
 *
 * <p>Last-Modified has whole seconds. Within the second, and as long as it is still to come, what it says may yet become untrue, and it is
 * left out. Afterwards it is believed when it comes back if nothing of the file has changed since that second: then each answer that ever
 * had this date was of this content (RFC 9110, 8.8.2.2). A file with times that were set, as a copy with those of its original, is known
 * by its tag alone. What no date can tell, and a tag does, is that the name of a directory on the way, or a symbolic link, has come to mean
 * another tree, with a file of the same second.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8">RFC 9110, 8.8: validator fields</a>
 */
public final class Validators {
    /** Two ticks of the slowest clock that kernels have. */
    static final long GRAIN_NS = 20_000_000L;

    /** Of file systems that keep no nanoseconds: FAT counts by two seconds. */
    static final long COARSE_GRAIN_NS = 2_000_000_000L + GRAIN_NS;

    private static final long NS_OF_SECOND = 1_000_000_000L;
    private static final long MOST_SECONDS = Long.MAX_VALUE / NS_OF_SECOND - 1L;

    private final EntityTag tag;
    private final long modifiedSeconds;
    private final boolean saysDate;
    private final boolean believesDate;

    private Validators(EntityTag tag, long modifiedSeconds, boolean saysDate, boolean believesDate) {
        this.tag = tag;
        this.modifiedSeconds = modifiedSeconds;
        this.saysDate = saysDate;
        this.believesDate = believesDate;
    }

    /**
     * Makes the validators of what is about to be sent.
     *
     * @param version of the file whose bytes are sent: with a coding that of the coded one
     * @param identity what tells versions apart
     * @param coding of the content
     * @param nowNs nanoseconds since 1970, of the same clock as the file's times, and not after the content begins to be read
     * @return the validators
     */
    public static Validators of(FileVersion version, Identity identity, ContentCoding coding, long nowNs) {
        final boolean byChange = identity == Identity.CHANGE_TIME;
        final boolean settled = byChange
                ? isSettled(version.changedSeconds(), version.changedNanos(), nowNs)
                : isSettled(version.modifiedSeconds(), version.modifiedNanos(), nowNs);
        final boolean secondIsOver =
                isOlder(version.modifiedSeconds() + 1L, 0, nowNs, grainNs(version.modifiedNanos()));
        return new Validators(
                EntityTag.of(version, identity, coding, !settled),
                version.modifiedSeconds(),
                secondIsOver,
                secondIsOver && (!byChange || version.changedSeconds() <= version.modifiedSeconds()));
    }

    private static boolean isSettled(long seconds, int nanos, long nowNs) {
        return isOlder(seconds, nanos, nowNs, grainNs(nanos));
    }

    private static long grainNs(int nanos) {
        return nanos == 0 ? COARSE_GRAIN_NS : GRAIN_NS;
    }

    private static boolean isOlder(long seconds, int nanos, long nowNs, long ageNs) {
        if (seconds <= -MOST_SECONDS || seconds >= MOST_SECONDS) { // more than nanoseconds count, 292 years
            return seconds < 0L;
        }
        return nowNs - ageNs > seconds * NS_OF_SECOND + nanos;
    }

    /**
     * Returns the entity tag.
     *
     * @return the tag
     */
    public EntityTag tag() {
        return tag;
    }

    /**
     * Tells whether Last-Modified is to be sent.
     *
     * @return true if its second is over
     */
    public boolean saysDate() {
        return saysDate;
    }

    /**
     * Tells whether a client that has the date has the content: it is strong, RFC 9110, 8.8.2.2.
     *
     * @return false if the file may have had another content with the same date
     */
    public boolean believesDate() {
        return believesDate;
    }

    /**
     * Returns the time of modification.
     *
     * @return seconds since 1970
     */
    public long modifiedSeconds() {
        return modifiedSeconds;
    }

    /**
     * Tells whether these stay what they are for as long as the version does: they may be remembered.
     *
     * @return false if they are to be made anew for the next answer
     */
    public boolean areSettled() {
        return !tag.isWeak() && saysDate;
    }
}
