package org.postrider.spool;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import org.postrider.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the ledger from what the disk holds: the newest checkpoint that is whole, then the log behind it. */
final class Recovery {
    /*
     * Two checkpoints are kept, and no segment that the older one needs is recycled: where the newest is damaged, the
     * other and a longer tail give the same. Where both are, all segments there are get read from their beginning. What
     * was settled may then come back, because the records that say so may be gone with their segments: mail is rather
     * delivered twice than lost, and the log says so loudly.
     *
     * Only the tail's contents are read. What had been durable and is not whole is damage: it is saved and counted. A
     * message whose envelope is whole and whose content is not stays open, so that its sender hears of it in the end. What
     * had not been durable was answered to nobody and is cut; whole records among it are kept.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Disk disk;
    private final Ledger ledger;
    private final Quarantine quarantine;
    private final List<SegmentStart.End> newEnds = new ArrayList<>();

    /** Messages of the checkpoint whose record must be met in the tail. */
    private final Set<Long> unconfirmed = new HashSet<>();

    private boolean fullScan;
    private boolean foundBad;
    private long lastId;
    private long checkpointNumber;
    private long covered;
    private long nextGeneration = 1;
    private long nextSpare = 1;

    Recovery(Disk disk, Ledger ledger, Quarantine quarantine) {
        this.disk = disk;
        this.ledger = ledger;
        this.quarantine = quarantine;
    }

    /**
     * What the spool goes on from.
     *
     * @param covered where the older of the two kept checkpoints begins, 0 where there is none
     * @param ends of segments, for the next one's first record
     * @param foundBad whether something was not whole, so that a new checkpoint should be made at once
     */
    record Result(
            long lastId,
            long nextGeneration,
            long nextSpare,
            long checkpointNumber,
            long covered,
            List<SegmentStart.End> ends,
            List<String> spares,
            boolean foundBad) {}

    Result run() throws IOException {
        List<String> names = disk.list(SpoolFiles.ROOT);
        List<String> spares = new ArrayList<>();
        for (String name : names) {
            Optional<Long> spare = SpoolFiles.spareNumber(name);
            if (spare.isPresent()) {
                spares.add(name);
                nextSpare = Math.max(nextSpare, spare.get() + 1);
            } else if (name.endsWith(SpoolFiles.unfinished(""))) {
                disk.delete(name);
            }
        }
        openSegments(names);
        loadCheckpoint(names);
        replayTail();
        dropUnconfirmed();
        dropHomeless();
        checkLarge();
        return new Result(lastId, nextGeneration, nextSpare, checkpointNumber, covered, newEnds, spares, foundBad);
    }

    private void openSegments(List<String> names) throws IOException {
        for (String name : names.stream().sorted().toList()) {
            Optional<Long> generation = SpoolFiles.segmentGeneration(name);
            if (generation.isPresent()) {
                Segment segment = new Segment(generation.get(), disk.open(name));
                segment.sealed = true;
                segment.octets = (int) Math.min(segment.file().size(), Integer.MAX_VALUE);
                ledger.open(segment);
                nextGeneration = Math.max(nextGeneration, generation.get() + 1);
            }
        }
    }

    private void loadCheckpoint(List<String> names) throws IOException {
        List<Long> numbers = names.stream()
                .map(SpoolFiles::checkpointNumber)
                .flatMap(Optional::stream)
                .sorted(Comparator.reverseOrder())
                .toList();
        checkpointNumber = numbers.isEmpty() ? 0 : numbers.getFirst();
        for (long number : numbers) {
            DiskFile file = disk.open(SpoolFiles.checkpoint(number));
            try {
                Checkpoint checkpoint = Checkpoint.load(file, number, this::load);
                ledger.checkpoint(checkpoint);
                ledger.appliedPlace(checkpoint.start());
                lastId = Math.max(lastId, checkpoint.lastId());
                for (long id : ledger.idsFrom(checkpoint.start())) {
                    unconfirmed.add(id);
                }
                loadCovered(numbers, number);
                return;
            } catch (DamagedException e) {
                LOG.error("spool: checkpoint {} is damaged and is not used", number, e);
                foundBad = true;
                ledger.countQuarantined();
                file.close();
                ledger.clear();
            }
        }
        fullScan = true;
        if (!numbers.isEmpty()) {
            LOG.error("spool: no checkpoint is whole; the whole log is read, and settled mail may come back");
        }
    }

    /** What the checkpoint before the one in use covered stays covered. Its list is not read: it is for worse days. */
    private void loadCovered(List<Long> numbers, long current) {
        for (long number : numbers) {
            if (number < current) {
                try (DiskFile file = disk.open(SpoolFiles.checkpoint(number))) {
                    covered = Checkpoint.startOf(file, number);
                } catch (IOException e) {
                    LOG.warn("spool: checkpoint {} cannot be read; segments are kept for longer", number, e);
                }
                return;
            }
        }
    }

    private void load(Checkpoint.Entry entry) throws DamagedException {
        MessageCore core = MessageCore.read(entry.core());
        ledger.add(entry.id(), core, entry.place(), entry.octets());
        for (int i = 0; i < entry.states().length; i++) {
            byte[] state = entry.states()[i];
            if (state.length > 0) {
                ledger.apply(entry.id(), i, StateCodec.isSettled(state[0] & 0xff), MessageIndex.IN_CHECKPOINT);
            }
        }
    }

    private void replayTail() throws IOException {
        long start = fullScan ? 0 : ledger.appliedPlace();
        NavigableMap<Long, Segment> tail = ledger.segments().tailMap(MessageIndex.generation(start), true);
        Map<Long, Integer> ends = readStarts(tail);
        for (Segment segment : tail.values()) {
            boolean first = segment.generation() == MessageIndex.generation(start);
            int from = first ? MessageIndex.offset(start) : 0;
            Integer known = ends.get(segment.generation());
            replay(segment, from, known == null ? -1 : known);
        }
    }

    private Map<Long, Integer> readStarts(NavigableMap<Long, Segment> tail) {
        Map<Long, Integer> ends = new HashMap<>();
        for (Segment segment : tail.values()) {
            try {
                MessageReader.Raw raw = MessageReader.raw(segment, 0);
                if (raw.header().kind() == RecordHeader.Kind.SEGMENT) {
                    SegmentStart begin = SegmentStart.read(raw.meta());
                    lastId = Math.max(lastId, begin.lastId());
                    begin.ends().forEach(end -> ends.put(end.generation(), end.offset()));
                }
            } catch (IOException e) {
                LOG.debug("spool: segment {} has no readable start", segment.generation(), e);
            }
        }
        return ends;
    }

    private void replay(Segment segment, int from, int knownEnd) throws IOException {
        SegmentScan scan = new SegmentScan(segment, from, knownEnd);
        scan.survey();
        segment.torn = scan.torn();
        for (SegmentScan.Region region : scan.regions()) {
            foundBad = true;
            if (region.damage()) {
                quarantine.save(segment, region.start(), region.octets(), "found at start");
            } else {
                quarantine.saveTail(segment, region.start(), region.octets());
            }
        }
        scan.replay((offset, header, meta, intact) -> {
            try {
                apply(MessageIndex.place(segment.generation(), offset), header, meta);
                if (!intact) {
                    ledger.markDamaged(segment);
                }
            } catch (DamagedException e) {
                foundBad = true;
                quarantine.save(segment, offset, header.recordOctets(), String.valueOf(e.getMessage()));
            }
        });
        int end = knownEnd >= 0 ? knownEnd : scan.end();
        ledger.seal(segment, end);
        ledger.appliedPlace(MessageIndex.place(segment.generation(), end));
        newEnds.add(new SegmentStart.End(segment.generation(), end));
    }

    private void apply(long place, RecordHeader header, byte[] meta) throws DamagedException {
        lastId = Math.max(lastId, header.id());
        ByteReader in = new ByteReader(meta);
        switch (header.kind()) {
            case SEGMENT -> lastId = Math.max(lastId, SegmentStart.read(meta).lastId());
            case MESSAGE -> {
                MessageCore core = MessageCore.read(in.block());
                core.arrival();
                ledger.add(header.id(), core, place, header.recordOctets());
                unconfirmed.remove(header.id());
                applyStates(in, place);
            }
            case STATES -> applyStates(in, place);
            case MOVED -> {
                MessageCore core = MessageCore.read(in.block());
                if (!ledger.move(header.id(), place, header.recordOctets()) && fullScan) {
                    ledger.add(header.id(), core, place, header.recordOctets());
                }
                unconfirmed.remove(header.id());
            }
        }
    }

    private void applyStates(ByteReader in, long place) throws DamagedException {
        UpdateCodec.read(
                in, (id, recipient, kind, state) -> ledger.apply(id, recipient, StateCodec.isSettled(kind), place));
    }

    private void dropUnconfirmed() {
        for (long id : unconfirmed) {
            LOG.warn("spool: message {} was not yet synced when the power went", new QueueId(id));
            ledger.forget(id);
        }
    }

    /**
     * Takes out messages whose segment is not there. Before the tail is read that says nothing: a message that was moved
     * or settled after the checkpoint may be listed in a segment that was then recycled.
     */
    private void dropHomeless() {
        for (long id : ledger.homelessIds()) {
            LOG.error("spool: the segment that holds message {} is missing", new QueueId(id));
            ledger.countQuarantined();
            ledger.forget(id);
        }
    }

    /** Removes content files that no open message names. */
    private void checkLarge() throws IOException {
        Set<String> files = new HashSet<>(disk.list(SpoolFiles.LARGE));
        for (String name : files) {
            Optional<QueueId> id = QueueId.parse(name);
            if (id.isEmpty() || !ledger.hasLarge(id.get().value())) {
                disk.delete(SpoolFiles.LARGE + "/" + name);
            }
        }
        for (long id : ledger.largeIds()) {
            if (!files.contains(new QueueId(id).text())) {
                ledger.countQuarantined();
                LOG.error("spool: the content of message {} is gone", new QueueId(id), new FileNotFoundException());
            }
        }
    }
}
