// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

/**
 * A figure that must be reached, and whether it was.
 *
 * @param phase where it was measured
 * @param criterion what is demanded, in words
 * @param measured the value that is judged
 * @param min the lowest run's, where it is a median; else the value
 * @param max the highest run's, where it is a median; else the value
 * @param bound the value that it is held against
 * @param holds whether it is reached
 */
public record Verdict(
        String phase, String criterion, double measured, double min, double max, double bound, boolean holds) {

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
        return new Verdict(phase, criterion, measured, measured, measured, bound, measured >= bound);
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
        return new Verdict(phase, criterion, measured, measured, measured, bound, measured <= bound);
    }

    /**
     * A floor for the median of a ratio.
     *
     * @param phase where it was measured
     * @param criterion what is demanded, in words
     * @param measured the ratio
     * @param bound lowest median that will do
     * @return the verdict
     */
    public static Verdict atLeast(String phase, String criterion, Ratio measured, double bound) {
        return new Verdict(
                phase, criterion, measured.median(), measured.min(), measured.max(), bound, measured.median() >= bound);
    }

    /**
     * A ceiling for the median of a ratio.
     *
     * @param phase where it was measured
     * @param criterion what is demanded, in words
     * @param measured the ratio
     * @param bound highest median that will do
     * @return the verdict
     */
    public static Verdict atMost(String phase, String criterion, Ratio measured, double bound) {
        return new Verdict(
                phase, criterion, measured.median(), measured.min(), measured.max(), bound, measured.median() <= bound);
    }
}
