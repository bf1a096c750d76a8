// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.containers.DecayByUse;
import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link SignalledEvents} promises, with lists that are searched and no wheel, bitmap or link. By loops and not by streams:
 * all is searched at every step of a test, and there are millions.
 */
public final class SchedulerModel {
    private static final long BUCKET = 16_777_216L;
    private static final long BUCKET_NS = 16_384L;
    private static final long LAPSE_NS = 1L << 42;
    private static final long STEP_OF_LAPSING_NS = LAPSE_NS / 4;

    public final List<ModelEntry> entries = new ArrayList<>();
    private final IdentityHashMap<Signal, Long> stamps = new IdentityHashMap<>();
    private final ModelBands common = new ModelBands(ResourceContainer.DEFAULT_SHARE);
    private final List<ModelBands> enrolled = new ArrayList<>(List.of(common));
    private final long starvationLimitNs;

    private boolean principalsDeclared;
    private long principalsTime;
    private long arrivals;
    private ModelEntry inService;
    private ModelBands servedBands;
    private int servedBand;
    public long nowNs;

    public SchedulerModel(long starvationLimitNs) {
        this.starvationLimitNs = starvationLimitNs;
    }

    public ModelEntry bind(ResourceContainer container, ModelEntry parent) {
        final ModelEntry entry = new ModelEntry(container, parent);
        entry.bands = common;
        if (parent != null) {
            parent.childrenNewestFirst.add(0, entry);
        }
        entries.add(entry);
        return entry;
    }

    public void add(ModelEntry entry, Signal signal) {
        stamps.put(signal, nowNs);
        entry.fifo.add(signal);
        if (entry.fifo.size() > 1 || entry == inService) {
            return;
        }
        applyDecay(entry);
        entry.time = timeOf(entry) + debt(entry);
        enter(entry);
        entry.continuing = signal.continues() && entry.bucket == timeOf(entry) / BUCKET;
    }

    public void remove(ModelEntry entry, Signal signal) {
        entry.fifo.remove(signal);
        if (entry.fifo.isEmpty() && entry != inService) {
            entry.waiting = false;
            entry.emptiedNs = nowNs;
            noticeIdle(entry.bands, entry.band);
        }
    }

    public Signal take(int minPriority) {
        endService(0L, nowNs);
        final ModelBands bands = principalsDeclared ? nextPrincipal(minPriority) : common;
        if (bands == null || highest(bands) < minPriority) {
            return null;
        }
        int band = highest(bands);
        if (starvationLimitNs > 0L && --bands.untilRescue == 0) {
            bands.untilRescue = ModelBands.DEQUEUES_PER_RESCUE;
            long longestNs = starvationLimitNs;
            for (int lower = Math.max(1, minPriority); lower < highest(bands); lower++) {
                if (waitedNs(bands, lower) > longestNs) {
                    longestNs = waitedNs(bands, lower);
                    band = lower;
                }
            }
        }
        final ModelEntry entry = first(bands, band);
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
        final Map<ModelEntry, Long> rises = new HashMap<>();
        for (final ModelEntry entry : entries) {
            if (entry.decay != null && entry != inService && (!entry.fifo.isEmpty() || entry.expectsAnything())) {
                rises.put(entry, entry.risesAtNs(nowNs));
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
                .mapToLong(entry -> entry.risesAtNs(nowNs))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private void endService(ModelEntry entry, long costNs, long endedNs) {
        entry.time += ModelCosts.of(costNs, entry.share);
        entry.time = timeOf(entry) + lead(entry);
        if (principalsDeclared) {
            entry.bands.time += ModelCosts.of(costNs, entry.bands.share);
        }
        if (entry.decay != null) {
            entry.use(costNs, endedNs);
        }
        if (entry.fifo.isEmpty()) {
            entry.emptiedNs = nowNs;
            applyDecay(entry);
        } else {
            applyDecay(entry);
            enter(entry);
        }
        inService = null;
        final ModelBands served = servedBands;
        servedBands = null;
        noticeIdle(served, servedBand);
    }

    public void priorityChanged(ModelEntry changed) {
        final int effective = changed.container.effectivePriority();
        if (effective != changed.effective) {
            changed.effective = effective;
            bandChanged(changed);
            changed.childrenNewestFirst.forEach(this::priorityChanged);
        }
    }

    public void decayChanged(ModelEntry entry, DecayByUse policy) {
        entry.decayBy(policy);
        bandChanged(entry);
    }

    private void bandChanged(ModelEntry entry) {
        if (entry.bandAt(nowNs) != entry.band) {
            settle(entry, entry.bands, entry.bandAt(nowNs));
            reenter(entry);
        }
    }

    public void shareChanged(ModelEntry entry, int share) {
        if (share == entry.share) {
            return;
        }
        entry.time = timeOf(entry) + ModelCosts.scaled(leadOrDebt(entry), entry.share, share);
        entry.share = share;
        reenter(entry);
    }

    public void principalChanged(ModelEntry told) {
        final ModelEntry top = told.top();
        final int fixedShare = top.container.fixedShare();
        ModelBands bands = common;
        if (fixedShare > 0) {
            principalsDeclared = true;
            if (top.own == null) {
                top.own = new ModelBands(fixedShare);
            } else if (top.own.share != fixedShare) {
                final long lead = top.own.time - principalsTime;
                if (lead > 0L) {
                    top.own.time = principalsTime + ModelCosts.scaled(lead, top.own.share, fixedShare);
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
    public void closed(ModelEntry entry) {
        entry.parent.childrenNewestFirst.remove(entry);
    }

    public void moved(ModelEntry entry, ModelEntry newParent) {
        entry.moveBelow(newParent);
        principalChanged(entry);
        priorityChanged(entry);
    }

    public void liveChanged(ModelEntry entry, int change) {
        expectationsChange(entry, change);
        entry.live += change;
    }

    public void timersChanged(ModelEntry entry, int change) {
        expectationsChange(entry, change);
        entry.timers += change;
    }

    private void expectationsChange(ModelEntry entry, int change) {
        if (change > 0 && !entry.expectsAnything() && entry.fifo.isEmpty() && entry != inService) {
            applyDecay(entry);
        }
        if (change > 0) {
            enrol(entry.bands);
        }
    }

    public boolean hasAtLeast(int minPriority) {
        for (final ModelEntry entry : entries) {
            if (entry.waiting && entry.band >= minPriority) {
                return true;
            }
        }
        return false;
    }

    public boolean moreUrgentMayArrive() {
        return moreUrgentMayCome(false);
    }

    public boolean moreUrgentMayExpire() {
        return moreUrgentMayCome(true);
    }

    private boolean moreUrgentMayCome(boolean ofTimers) {
        final ModelBands next = nextBands();
        for (final ModelEntry entry : entries) {
            if ((ofTimers ? entry.timers : entry.live) > 0 && wouldGoBefore(next, entry)) {
                return true;
            }
        }
        return false;
    }

    private ModelBands nextBands() {
        return principalsDeclared ? leastServed(0) : common;
    }

    private boolean wouldGoBefore(ModelBands next, ModelEntry entry) {
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
        for (final ModelEntry entry : entries) {
            oldestNs = Math.max(oldestNs, waitedNs(entry.bands, band));
        }
        if (inService != null && inService.band == band && !inService.fifo.isEmpty()) {
            oldestNs = Math.max(oldestNs, nowNs - stamps.get(inService.fifo.peek()));
        }
        return oldestNs;
    }

    private ModelBands nextPrincipal(int minPriority) {
        for (final ModelBands bands : List.copyOf(enrolled)) {
            if (!isInUse(bands)) {
                enrolled.remove(bands);
                bands.forgottenNs = nowNs;
            } else if (highest(bands) < 0) {
                bands.time = Math.max(bands.time, principalsTime);
            }
        }
        final ModelBands next = leastServed(minPriority);
        if (next != null) {
            next.time = Math.max(next.time, principalsTime);
            principalsTime = next.time;
        }
        return next;
    }

    private boolean isInUse(ModelBands bands) {
        for (final ModelEntry entry : entries) {
            if (entry.bands == bands && (entry.waiting || entry.expectsAnything())) {
                return true;
            }
        }
        return false;
    }

    private ModelBands leastServed(int minPriority) {
        ModelBands next = null;
        final int lowest = minPriority == 0 && hasAtLeast(1) ? 1 : minPriority;
        for (final ModelBands bands : enrolled) {
            if (highest(bands) >= lowest && (next == null || bands.time < next.time)) {
                next = bands;
            }
        }
        return next;
    }

    private void enrol(ModelBands bands) {
        if (principalsDeclared && !enrolled.contains(bands)) {
            enrolled.add(bands);
            if (nowNs - bands.forgottenNs >= LAPSE_NS) {
                bands.time = principalsTime;
            }
        }
    }

    private int highest(ModelBands bands) {
        int highest = -1;
        for (final ModelEntry entry : entries) {
            if (entry.waiting && entry.bands == bands) {
                highest = Math.max(highest, entry.band);
            }
        }
        return highest;
    }

    private ModelEntry first(ModelBands bands, int band) {
        ModelEntry first = null;
        for (final ModelEntry entry : entries) {
            if (entry.waiting
                    && entry.bands == bands
                    && entry.band == band
                    && (first == null || goesBefore(entry, first))) {
                first = entry;
            }
        }
        return first;
    }

    private static boolean goesBefore(ModelEntry entry, ModelEntry other) {
        if (entry.continuing != other.continuing) {
            return entry.continuing;
        }
        return entry.bucket == other.bucket ? entry.arrival < other.arrival : entry.bucket < other.bucket;
    }

    private long waitedNs(ModelBands bands, int band) {
        final ModelEntry first = first(bands, band);
        return first == null ? 0L : nowNs - stamps.get(first.fifo.peek());
    }

    /** While a band has nothing to serve its time goes on by itself, in whole buckets. */
    private long time(ModelBands bands, int band) {
        final Long sinceNs = bands.idleSinceNs.get(band);
        if (sinceNs != null) {
            final long steps = Math.min(nowNs - sinceNs, LAPSE_NS) / BUCKET_NS;
            bands.times.merge(band, steps * BUCKET, Long::sum);
            bands.idleSinceNs.put(band, nowNs - Math.min(nowNs - sinceNs, LAPSE_NS) % BUCKET_NS);
        }
        return bands.times.getOrDefault(band, 0L);
    }

    private void noticeIdle(ModelBands bands, int band) {
        if ((bands == servedBands && band == servedBand) || first(bands, band) != null) {
            bands.idleSinceNs.remove(band);
        } else if (bands.times.containsKey(band)) {
            bands.idleSinceNs.putIfAbsent(band, nowNs);
        }
    }

    private void enter(ModelEntry entry) {
        entry.bucket = entry.time / BUCKET;
        entry.arrival = arrivals++;
        entry.waiting = true;
        entry.continuing = false;
        entry.bands.times.putIfAbsent(entry.band, 0L);
        entry.bands.idleSinceNs.remove(entry.band);
        enrol(entry.bands);
    }

    private void reenter(ModelEntry entry) {
        if (entry.waiting) {
            enter(entry);
        }
    }

    private void settle(ModelEntry entry, ModelBands bands, int band) {
        final long lead = leadOrDebt(entry);
        final ModelBands bandsBefore = entry.bands;
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

    private void applyDecay(ModelEntry entry) {
        if (entry.decay != null && entry.bandAt(nowNs) != entry.band) {
            settle(entry, entry.bands, entry.bandAt(nowNs));
        }
    }

    private long leadOrDebt(ModelEntry entry) {
        return entry.fifo.isEmpty() && entry != inService ? debt(entry) : lead(entry);
    }

    private long debt(ModelEntry entry) {
        final long steps = nowNs / STEP_OF_LAPSING_NS - entry.emptiedNs / STEP_OF_LAPSING_NS;
        return steps * STEP_OF_LAPSING_NS >= LAPSE_NS ? 0L : lead(entry);
    }

    private long lead(ModelEntry entry) {
        return Math.min(Math.max(0L, entry.time - timeOf(entry)), ModelCosts.MAX_LEAD);
    }

    private long timeOf(ModelEntry entry) {
        return time(entry.bands, entry.band);
    }
}
