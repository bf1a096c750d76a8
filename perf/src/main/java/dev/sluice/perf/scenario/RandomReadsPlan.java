// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Points and durations of {@link RandomReads}. */
record RandomReadsPlan(int repeat, long fileBytes, List<Point> points, long warmUpMs, long windowMs) {
    private static final int KIB = 1024;

    /** One kind of read, so many at a time. */
    record Point(boolean direct, int readBytes, int depth) {
        String mode() {
            return direct ? "direct" : "buffered";
        }

        String kind() {
            return mode() + " " + readBytes / KIB + " KiB";
        }

        String phase() {
            return kind() + ", " + depth + " at a time";
        }
    }

    static RandomReadsPlan full(int repeat) {
        return new RandomReadsPlan(repeat, 4L << 30, points(List.of(4, 16, 64), List.of(1, 8, 32)), 2000, 900);
    }

    static RandomReadsPlan quick(int repeat) {
        return new RandomReadsPlan(repeat, 2L << 30, points(List.of(16), List.of(1, 32)), 1200, 600);
    }

    static List<Point> points(List<Integer> readKib, List<Integer> depths) {
        final List<Point> points = new ArrayList<>();
        for (boolean direct : new boolean[] {true, false}) {
            for (int kib : readKib) {
                for (int depth : depths) {
                    points.add(new Point(direct, kib * KIB, depth));
                }
            }
        }
        return points;
    }

    Map<String, String> describe() {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("runs", repeat + ", a fork of each at each point in turn");
        settings.put("file", "at most " + fileBytes / KIB / KIB + " MiB, cold");
        settings.put("warm-up", warmUpMs + " ms of one half of its blocks");
        settings.put("window", windowMs + " ms of the others, each read at most once, or until they are read");
        return settings;
    }
}
