package dev.sluice.events;

import dev.sluice.containers.DecayByUse;
import dev.sluice.containers.ResourceContainer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** What {@link SignalledEvents} promises, with lists that are searched and no wheel, bitmap or link. */
final class SchedulerModel {
    private static final long BUCKET = 16_777_216L;
    private static final long BUCKETS = 1024L;
    private static final long MAX_LEAD = 256L * BUCKETS * BUCKET;
    private static final long MAX_DEBT_NS = 16_777_216L;
    private static final long MIN_COST_NS = 256L;
    private static final int DEQUEUES_PER_RESCUE = 16;

    /** One principal, or what is under none. */
    static final class Bands {
        final Map<Integer, Long> times = new HashMap<>();
        int share;
        long time;
        int untilRescue = DEQUEUES_PER_RESCUE;

        Bands(int share) {
            this.share = share;
        }

        long time(int band) {
            return times.getOrDefault(band, 0L);
        }
    }

    static final class Entry {
        final ResourceContainer container;
        final Entry parent;
        final List<Entry> childrenNewestFirst = new ArrayList<>();
        final Deque<Signal> fifo = new ArrayDeque<>();
        final List<long[]> uses = new ArrayList<>();
        DecayByUse decay;
        Bands bands;
        Bands own;
        int effective;
        int band;
        int share = ResourceContainer.DEFAULT_SHARE;
        int live;
        long time;
        boolean waiting;
        long bucket;
        long arrival;

        Entry(ResourceContainer container, Entry parent) {
            this.container = container;
            this.parent = parent;
            effective = container.effectivePriority();
            band = effective;
        }

        Entry top() {
            return parent == null || parent.parent == null ? this : parent.top();
        }
    }

    final List<Entry> entries = new ArrayList<>();
    private final IdentityHashMap<Signal, Long> stamps = new IdentityHashMap<>();
    private final Bands common = new Bands(ResourceContainer.DEFAULT_SHARE);
    private final List<Bands> enrolled = new ArrayList<>(List.of(common));
    private final long starvationLimitNs;

    private boolean principalsDeclared;
    private long principalsTime;
    private long arrivals;
    private Entry inService;
    long nowNs;

    SchedulerModel(long starvationLimitNs) {
        this.starvationLimitNs = starvationLimitNs;
    }

    Entry bind(ResourceContainer container, Entry parent) {
        final Entry entry = new Entry(container, parent);
        entry.bands = common;
        if (parent != null) {
            parent.childrenNewestFirst.add(0, entry);
        }
        entries.add(entry);
        return entry;
    }

    void add(Entry entry, Signal signal) {
        stamps.put(signal, nowNs);
        entry.fifo.add(signal);
        if (entry.fifo.size() > 1 || entry == inService) {
            return;
        }
        applyDecay(entry);
        final long lead = Math.max(0L, entry.time - entry.bands.time(entry.band));
        final long maxDebt = MAX_DEBT_NS * 1_048_576L / entry.share;
        entry.time = entry.bands.time(entry.band) + Math.min(Math.min(lead, maxDebt), MAX_LEAD);
        enter(entry);
    }

    void remove(Entry entry, Signal signal) {
        entry.fifo.remove(signal);
        if (entry.fifo.isEmpty()) {
            entry.waiting = false;
        }
    }

    Signal take(int minPriority) {
        endService(0L, nowNs);
        final Bands bands = principalsDeclared ? nextPrincipal(minPriority) : common;
        if (bands == null || highest(bands) < minPriority) {
            return null;
        }
        int band = highest(bands);
        if (starvationLimitNs > 0L && --bands.untilRescue == 0) {
            bands.untilRescue = DEQUEUES_PER_RESCUE;
            long longestNs = starvationLimitNs;
            for (int lower = Math.max(1, minPriority); lower < highest(bands); lower++) {
                if (waitedNs(bands, lower) > longestNs) {
                    longestNs = waitedNs(bands, lower);
                    band = lower;
                }
            }
        }
        while (true) {
            final Entry entry = first(bands, band);
            entry.waiting = false;
            bands.times.put(band, entry.bucket * BUCKET);
            if (entry.time / BUCKET == entry.bucket) {
                inService = entry;
                return entry.fifo.poll();
            }
            enter(entry);
        }
    }

    void endService(long costNs, long endedNs) {
        nowNs = endedNs;
        final Entry entry = inService;
        if (entry == null) {
            return;
        }
        inService = null;
        entry.time += cost(costNs, entry.share);
        entry.time = entry.bands.time(entry.band) + lead(entry);
        if (principalsDeclared) {
            entry.bands.time += cost(costNs, entry.bands.share);
        }
        if (entry.decay != null) {
            entry.uses.add(new long[] {endedNs, costNs});
        }
        if (!entry.fifo.isEmpty()) {
            applyDecay(entry);
            enter(entry);
        }
    }

    void priorityChanged(Entry changed) {
        final int effective = changed.container.effectivePriority();
        if (effective != changed.effective) {
            changed.effective = effective;
            bandChanged(changed);
            changed.childrenNewestFirst.forEach(this::priorityChanged);
        }
    }

    void decayChanged(Entry entry, DecayByUse policy) {
        entry.decay = policy;
        entry.uses.clear();
        bandChanged(entry);
    }

    private void bandChanged(Entry entry) {
        if (bandOf(entry) != entry.band) {
            settle(entry, entry.bands, bandOf(entry));
            reenter(entry);
        }
    }

    void shareChanged(Entry entry, int share) {
        if (share == entry.share) {
            return;
        }
        final long scaled = Math.min(lead(entry) * entry.share / share, MAX_LEAD);
        entry.time = entry.bands.time(entry.band) + scaled;
        entry.share = share;
        reenter(entry);
    }

    void principalChanged(Entry told) {
        final Entry top = told.top();
        final int fixedShare = top.container.fixedShare();
        Bands bands = common;
        if (fixedShare > 0) {
            principalsDeclared = true;
            if (top.own == null) {
                top.own = new Bands(fixedShare);
            } else if (top.own.share != fixedShare) {
                final long lead = top.own.time - principalsTime;
                if (lead > 0L) {
                    top.own.time = principalsTime + lead * top.own.share / fixedShare;
                }
                top.own.share = fixedShare;
            }
            bands = top.own;
        }
        if (bands != told.bands) {
            settle(told, bands, told.band);
            reenter(told);
        }
        told.childrenNewestFirst.forEach(this::principalChanged);
    }

    /** The container left its parent: what is changed above does not reach it any more. */
    void closed(Entry entry) {
        entry.parent.childrenNewestFirst.remove(entry);
    }

    void liveChanged(Entry entry, int change) {
        entry.live += change;
        if (change > 0) {
            enrol(entry.bands);
        }
    }

    boolean hasAtLeast(int minPriority) {
        return entries.stream().anyMatch(entry -> entry.waiting && entry.band >= minPriority);
    }

    boolean moreUrgentMayArrive() {
        return entries.stream().anyMatch(entry -> entry.live > 0 && entry.band > highest(entry.bands));
    }

    long oldestPendingNs(int band) {
        long oldestNs = 0L;
        for (final Entry entry : entries) {
            oldestNs = Math.max(oldestNs, waitedNs(entry.bands, band));
        }
        if (inService != null && inService.band == band && !inService.fifo.isEmpty()) {
            oldestNs = Math.max(oldestNs, nowNs - stamps.get(inService.fifo.peek()));
        }
        return oldestNs;
    }

    private Bands nextPrincipal(int minPriority) {
        enrolled.removeIf(bands ->
                entries.stream().noneMatch(entry -> entry.bands == bands && (entry.waiting || entry.live > 0)));
        Bands next = null;
        final int lowest = minPriority == 0 && hasAtLeast(1) ? 1 : minPriority;
        for (final Bands bands : enrolled) {
            if (highest(bands) >= lowest && (next == null || bands.time < next.time)) {
                next = bands;
            }
        }
        if (next != null) {
            next.time = Math.max(next.time, principalsTime);
            principalsTime = next.time;
        }
        return next;
    }

    private void enrol(Bands bands) {
        if (!enrolled.contains(bands)) {
            enrolled.add(bands);
        }
    }

    private int highest(Bands bands) {
        return entries.stream()
                .filter(entry -> entry.waiting && entry.bands == bands)
                .mapToInt(entry -> entry.band)
                .max()
                .orElse(-1);
    }

    private Entry first(Bands bands, int band) {
        return entries.stream()
                .filter(entry -> entry.waiting && entry.bands == bands && entry.band == band)
                .min(Comparator.<Entry>comparingLong(entry -> entry.bucket).thenComparingLong(entry -> entry.arrival))
                .orElse(null);
    }

    private long waitedNs(Bands bands, int band) {
        final Entry first = first(bands, band);
        return first == null ? 0L : nowNs - stamps.get(first.fifo.peek());
    }

    private void enter(Entry entry) {
        final long start = entry.bands.time(entry.band) / BUCKET;
        entry.bucket = Math.min(entry.time / BUCKET, start + BUCKETS - 1L);
        entry.arrival = arrivals++;
        entry.waiting = true;
        enrol(entry.bands);
    }

    private void reenter(Entry entry) {
        if (entry.waiting) {
            enter(entry);
        }
    }

    private void settle(Entry entry, Bands bands, int band) {
        final long lead = lead(entry);
        entry.bands = bands;
        entry.band = band;
        entry.time = bands.time(band) + lead;
        if (entry.live > 0) {
            enrol(bands);
        }
    }

    private void applyDecay(Entry entry) {
        if (entry.decay != null && bandOf(entry) != entry.band) {
            settle(entry, entry.bands, bandOf(entry));
        }
    }

    private static long lead(Entry entry) {
        return Math.min(Math.max(0L, entry.time - entry.bands.time(entry.band)), MAX_LEAD);
    }

    private static long cost(long costNs, int share) {
        return Math.max(costNs, MIN_COST_NS) * 1_048_576L / share;
    }

    private int bandOf(Entry entry) {
        if (entry.decay == null) {
            return entry.effective;
        }
        double used = 0.0;
        for (final long[] use : entry.uses) {
            used += use[1] * Math.pow(0.5, (double) (nowNs - use[0]) / entry.decay.halfLifeNs());
        }
        int band = entry.effective;
        for (double unit = entry.decay.unitNs(); used >= 2.0 * unit && band > entry.decay.floor(); unit *= 2.0) {
            band--;
        }
        return band;
    }
}
