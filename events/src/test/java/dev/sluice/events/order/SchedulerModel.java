// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.containers.DecayByUse;
import dev.sluice.containers.ResourceContainer;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** What {@link SignalledEvents} promises, with lists that are searched and no wheel, bitmap or link. */
public final class SchedulerModel {
    private static final long BUCKET = 16_777_216L;
    private static final long MAX_LEAD = 1L << 61;
    private static final long BUCKET_NS = 16_384L;
    private static final long LAPSE_NS = 1L << 42;
    private static final long STEP_OF_LAPSING_NS = LAPSE_NS / 4;
    private static final long MIN_COST_NS = 256L;
    private static final int DEQUEUES_PER_RESCUE = 16;
    private static final long STEPS_OF_A_HALF_LIFE = 64L;

    /** One principal, or what is under none. */
    public static final class Bands {
        public final Map<Integer, Long> times = new HashMap<>();
        public final Map<Integer, Long> idleSinceNs = new HashMap<>();
        public int share;
        public long time;
        public long forgottenNs;
        public int untilRescue = DEQUEUES_PER_RESCUE;

        public Bands(int share) {
            this.share = share;
        }
    }

    /** While a band has nothing to serve its time goes on by itself, in whole buckets. */
    private long time(Bands bands, int band) {
        final Long sinceNs = bands.idleSinceNs.get(band);
        if (sinceNs != null) {
            final long steps = Math.min(nowNs - sinceNs, LAPSE_NS) / BUCKET_NS;
            bands.times.merge(band, steps * BUCKET, Long::sum);
            bands.idleSinceNs.put(band, nowNs - Math.min(nowNs - sinceNs, LAPSE_NS) % BUCKET_NS);
        }
        return bands.times.getOrDefault(band, 0L);
    }

    private void noticeIdle(Bands bands, int band) {
        if ((bands == servedBands && band == servedBand) || first(bands, band) != null) {
            bands.idleSinceNs.remove(band);
        } else if (bands.times.containsKey(band)) {
            bands.idleSinceNs.putIfAbsent(band, nowNs);
        }
    }

    public static final class Entry {
        public final ResourceContainer container;
        public final Entry parent;
        public final List<Entry> childrenNewestFirst = new ArrayList<>();
        public final Deque<Signal> fifo = new ArrayDeque<>();
        public double used;
        public long usedAtNs;
        public DecayByUse decay;
        public Bands bands;
        public Bands own;
        public int effective;
        public int band;
        public int share = ResourceContainer.DEFAULT_SHARE;
        public int live;
        public int timers;
        public long time;
        public long emptiedNs;
        public boolean waiting;
        public long bucket;
        public long arrival;

        public Entry(ResourceContainer container, Entry parent) {
            this.container = container;
            this.parent = parent;
            effective = container.effectivePriority();
            band = effective;
        }

        public boolean expectsAnything() {
            return live > 0 || timers > 0;
        }

        public Entry top() {
            return parent == null || parent.parent == null ? this : parent.top();
        }
    }

    public final List<Entry> entries = new ArrayList<>();
    private final IdentityHashMap<Signal, Long> stamps = new IdentityHashMap<>();
    private final Bands common = new Bands(ResourceContainer.DEFAULT_SHARE);
    private final List<Bands> enrolled = new ArrayList<>(List.of(common));
    private final long starvationLimitNs;

    private boolean principalsDeclared;
    private long principalsTime;
    private long arrivals;
    private Entry inService;
    private Bands servedBands;
    private int servedBand;
    public long nowNs;

    public SchedulerModel(long starvationLimitNs) {
        this.starvationLimitNs = starvationLimitNs;
    }

    public Entry bind(ResourceContainer container, Entry parent) {
        final Entry entry = new Entry(container, parent);
        entry.bands = common;
        if (parent != null) {
            parent.childrenNewestFirst.add(0, entry);
        }
        entries.add(entry);
        return entry;
    }

    public void add(Entry entry, Signal signal) {
        stamps.put(signal, nowNs);
        entry.fifo.add(signal);
        if (entry.fifo.size() > 1 || entry == inService) {
            return;
        }
        applyDecay(entry);
        entry.time = timeOf(entry) + debt(entry);
        enter(entry);
    }

    public void remove(Entry entry, Signal signal) {
        entry.fifo.remove(signal);
        if (entry.fifo.isEmpty() && entry != inService) {
            entry.waiting = false;
            entry.emptiedNs = nowNs;
            noticeIdle(entry.bands, entry.band);
        }
    }

    public Signal take(int minPriority) {
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
        final Entry entry = first(bands, band);
        entry.waiting = false;
        bands.times.put(band, entry.bucket * BUCKET);
        inService = entry;
        servedBands = bands;
        servedBand = band;
        return entry.fifo.poll();
    }

    /** Time has passed: what has recovered from use meanwhile goes up, in the order in which it could. */
    public void advanceTo(long newNowNs) {
        endService(0L, newNowNs);
    }

    public void endService(long costNs, long endedNs) {
        final Map<Entry, Long> rises = new HashMap<>();
        for (final Entry entry : entries) {
            if (entry.decay != null && entry != inService && (!entry.fifo.isEmpty() || entry.expectsAnything())) {
                rises.put(entry, risesAtNs(entry));
            }
        }
        nowNs = endedNs;
        if (inService != null) {
            endService(inService, costNs, endedNs);
        }
        rises.values().removeIf(riseNs -> riseNs > endedNs);
        rises.entrySet().stream().sorted(Map.Entry.comparingByValue()).forEach(entry -> bandChanged(entry.getKey()));
    }

    /** When something pending goes up by itself next. */
    public long nextRecoveryNs() {
        return entries.stream()
                .filter(entry -> entry.decay != null && !entry.fifo.isEmpty())
                .mapToLong(this::risesAtNs)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private void endService(Entry entry, long costNs, long endedNs) {
        entry.time += cost(costNs, entry.share);
        entry.time = timeOf(entry) + lead(entry);
        if (principalsDeclared) {
            entry.bands.time += cost(costNs, entry.bands.share);
        }
        if (entry.decay != null) {
            entry.used = usedBy(entry, endedNs) + costNs;
            entry.usedAtNs = stepOf(entry, endedNs);
        }
        if (entry.fifo.isEmpty()) {
            entry.emptiedNs = nowNs;
            applyDecay(entry);
        } else {
            applyDecay(entry);
            enter(entry);
        }
        inService = null;
        final Bands served = servedBands;
        servedBands = null;
        noticeIdle(served, servedBand);
    }

    public void priorityChanged(Entry changed) {
        final int effective = changed.container.effectivePriority();
        if (effective != changed.effective) {
            changed.effective = effective;
            bandChanged(changed);
            changed.childrenNewestFirst.forEach(this::priorityChanged);
        }
    }

    public void decayChanged(Entry entry, DecayByUse policy) {
        entry.decay = policy;
        entry.used = 0.0;
        bandChanged(entry);
    }

    private void bandChanged(Entry entry) {
        if (bandOf(entry) != entry.band) {
            settle(entry, entry.bands, bandOf(entry));
            reenter(entry);
        }
    }

    public void shareChanged(Entry entry, int share) {
        if (share == entry.share) {
            return;
        }
        entry.time = timeOf(entry) + scaled(leadOrDebt(entry), entry.share, share);
        entry.share = share;
        reenter(entry);
    }

    public void principalChanged(Entry told) {
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
                    top.own.time = principalsTime + scaled(lead, top.own.share, fixedShare);
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
    public void closed(Entry entry) {
        entry.parent.childrenNewestFirst.remove(entry);
    }

    public void liveChanged(Entry entry, int change) {
        expectationsChange(entry, change);
        entry.live += change;
    }

    public void timersChanged(Entry entry, int change) {
        expectationsChange(entry, change);
        entry.timers += change;
    }

    private void expectationsChange(Entry entry, int change) {
        if (change > 0 && !entry.expectsAnything() && entry.fifo.isEmpty() && entry != inService) {
            applyDecay(entry);
        }
        if (change > 0) {
            enrol(entry.bands);
        }
    }

    public boolean hasAtLeast(int minPriority) {
        return entries.stream().anyMatch(entry -> entry.waiting && entry.band >= minPriority);
    }

    public boolean moreUrgentMayArrive() {
        final Bands next = nextBands();
        return entries.stream().anyMatch(entry -> entry.live > 0 && wouldGoBefore(next, entry));
    }

    public boolean moreUrgentMayExpire() {
        final Bands next = nextBands();
        return entries.stream().anyMatch(entry -> entry.timers > 0 && wouldGoBefore(next, entry));
    }

    private Bands nextBands() {
        return principalsDeclared ? leastServed(0) : common;
    }

    private boolean wouldGoBefore(Bands next, Entry entry) {
        if (next == null) {
            return true;
        }
        if (entry.bands.time > next.time) {
            return false;
        }
        final int pending = highest(entry.bands);
        return entry.band > (pending < 0 ? highest(next) : pending);
    }

    public long oldestPendingNs(int band) {
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
        for (final Bands bands : List.copyOf(enrolled)) {
            if (entries.stream()
                    .noneMatch(entry -> entry.bands == bands && (entry.waiting || entry.expectsAnything()))) {
                enrolled.remove(bands);
                bands.forgottenNs = nowNs;
            } else if (highest(bands) < 0) {
                bands.time = Math.max(bands.time, principalsTime);
            }
        }
        final Bands next = leastServed(minPriority);
        if (next != null) {
            next.time = Math.max(next.time, principalsTime);
            principalsTime = next.time;
        }
        return next;
    }

    private Bands leastServed(int minPriority) {
        Bands next = null;
        final int lowest = minPriority == 0 && hasAtLeast(1) ? 1 : minPriority;
        for (final Bands bands : enrolled) {
            if (highest(bands) >= lowest && (next == null || bands.time < next.time)) {
                next = bands;
            }
        }
        return next;
    }

    private void enrol(Bands bands) {
        if (principalsDeclared && !enrolled.contains(bands)) {
            enrolled.add(bands);
            if (nowNs - bands.forgottenNs >= LAPSE_NS) {
                bands.time = principalsTime;
            }
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
        entry.bucket = entry.time / BUCKET;
        entry.arrival = arrivals++;
        entry.waiting = true;
        entry.bands.times.putIfAbsent(entry.band, 0L);
        entry.bands.idleSinceNs.remove(entry.band);
        enrol(entry.bands);
    }

    private void reenter(Entry entry) {
        if (entry.waiting) {
            enter(entry);
        }
    }

    private void settle(Entry entry, Bands bands, int band) {
        final long lead = leadOrDebt(entry);
        final Bands bandsBefore = entry.bands;
        final int bandBefore = entry.band;
        entry.bands = bands;
        entry.band = band;
        if (entry == inService) {
            servedBands = bands;
            servedBand = band;
        }
        if (lead > 0L || entry == inService) {
            bands.times.putIfAbsent(band, 0L);
        }
        entry.time = time(bands, band) + lead;
        noticeIdle(bandsBefore, bandBefore);
        noticeIdle(bands, band);
        if (entry.expectsAnything()) {
            enrol(bands);
        }
    }

    private void applyDecay(Entry entry) {
        if (entry.decay != null && bandOf(entry) != entry.band) {
            settle(entry, entry.bands, bandOf(entry));
        }
    }

    private long leadOrDebt(Entry entry) {
        return entry.fifo.isEmpty() && entry != inService ? debt(entry) : lead(entry);
    }

    private long debt(Entry entry) {
        final long steps = nowNs / STEP_OF_LAPSING_NS - entry.emptiedNs / STEP_OF_LAPSING_NS;
        return steps * STEP_OF_LAPSING_NS >= LAPSE_NS ? 0L : lead(entry);
    }

    private static long scaled(long lead, int share, int newShare) {
        return BigInteger.valueOf(lead)
                .multiply(BigInteger.valueOf(share))
                .divide(BigInteger.valueOf(newShare))
                .min(BigInteger.valueOf(MAX_LEAD))
                .longValueExact();
    }

    private long lead(Entry entry) {
        return Math.min(Math.max(0L, entry.time - timeOf(entry)), MAX_LEAD);
    }

    private long timeOf(Entry entry) {
        return time(entry.bands, entry.band);
    }

    private static long cost(long costNs, int share) {
        return Math.max(costNs, MIN_COST_NS) * 1_048_576L / share;
    }

    private int bandOf(Entry entry) {
        if (entry.decay == null) {
            return entry.effective;
        }
        final double used = usedBy(entry, nowNs);
        int band = entry.effective;
        for (double unit = entry.decay.unitNs(); used >= 2.0 * unit && band > entry.decay.floor(); unit *= 2.0) {
            band--;
        }
        return band;
    }

    private static double usedBy(Entry entry, long atNs) {
        final long agoNs = stepOf(entry, atNs) - entry.usedAtNs;
        return entry.used * Math.pow(0.5, (double) agoNs / entry.decay.halfLifeNs());
    }

    /** When recent use, seen from the present time, first costs a band less; never if it costs none. */
    private long risesAtNs(Entry entry) {
        final double used = usedBy(entry, nowNs) / entry.decay.unitNs();
        if (used < 2.0) {
            return Long.MAX_VALUE;
        }
        final double doublings = Math.log(used) / Math.log(2.0);
        final long stepNs = entry.decay.halfLifeNs() / STEPS_OF_A_HALF_LIFE;
        final double steps = (doublings - Math.floor(doublings)) * entry.decay.halfLifeNs() / stepNs;
        return stepOf(entry, nowNs) + ((long) steps + 1L) * stepNs;
    }

    private static long stepOf(Entry entry, long atNs) {
        final long stepNs = entry.decay.halfLifeNs() / STEPS_OF_A_HALF_LIFE;
        return atNs / stepNs * stepNs;
    }
}
