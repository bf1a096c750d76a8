package dev.sluice.perf.report;

/**
 * A figure that must be reached, and whether it was.
 *
 * @param phase where it was measured
 * @param criterion what is demanded, in words
 * @param measured the value
 * @param bound the value that it is held against
 * @param holds whether it is reached
 */
public record Verdict(String phase, String criterion, double measured, double bound, boolean holds) {

    /**
     * A floor.
     *
     * @param phase where it was measured
     * @param criterion what is demanded, in words
     * @param measured the value
     * @param bound lowest value that will do
     * @return the verdict
     */
    public static Verdict atLeast(String phase, String criterion, double measured, double bound) {
        return new Verdict(phase, criterion, measured, bound, measured >= bound);
    }

    /**
     * A ceiling.
     *
     * @param phase where it was measured
     * @param criterion what is demanded, in words
     * @param measured the value
     * @param bound highest value that will do
     * @return the verdict
     */
    public static Verdict atMost(String phase, String criterion, double measured, double bound) {
        return new Verdict(phase, criterion, measured, bound, measured <= bound);
    }
}
