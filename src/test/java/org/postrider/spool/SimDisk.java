package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A disk in memory that forgets what was not synced. A power cut leaves of each page that was written since the last sync
 * the old octets, those of any write, or a mixture torn at a sector's edge; of directory changes it leaves the first few.
 * After a failed sync the pages may or may not be there, and no later sync brings them.
 *
 * <p>Thread: confined.
 */
final class SimDisk implements Disk {
    private static final int PAGE = 4_096;
    private static final int SECTOR = 512;

    /** No file's name begins so. */
    private static final String NONE = "//";

    /** The power went. An error, so that nothing in between takes it for a failed call. */
    static final class PowerCut extends Error {
        private static final long serialVersionUID = 1;
    }

    /** What a call does, for aiming at it. */
    enum Call {
        WRITE_SEGMENT,
        SYNC_SEGMENT,
        WRITE_CHECKPOINT,
        SYNC_CHECKPOINT,
        WRITE_LARGE,
        SYNC_LARGE,
        RENAME,
        DELETE,
        SYNC_DIRECTORY,
        OTHER
    }

    private final SplittableRandom random;
    private final TreeMap<String, Inode> names = new TreeMap<>();
    private final TreeMap<String, Inode> durableNames = new TreeMap<>();
    private final List<Runnable> pending = new ArrayList<>();
    private Call cutCall = Call.OTHER;
    private int cutCountdown;
    private boolean off;
    private int failWrites;
    private boolean failSync;
    private String failure = "";
    private String unwritable = NONE;
    private String unreadable = NONE;
    private long capacity = Long.MAX_VALUE;

    SimDisk(SplittableRandom random) {
        this.random = random;
    }

    /** Lets the power go at the n-th call of a kind from now on. */
    void cutAt(Call call, int nth) {
        cutCall = call;
        cutCountdown = nth;
    }

    void failWrites(int count, String message) {
        failWrites = count;
        failure = message;
    }

    /** Makes all writes to files whose names begin so fail until {@link #heal}. */
    void failWritesTo(String prefix) {
        unwritable = prefix;
    }

    /** Makes all reads of files whose names begin so fail until {@link #heal}. */
    void failReadsOf(String prefix) {
        unreadable = prefix;
    }

    /** Says that the disk holds so much; writes beyond it do not fail. */
    void holds(long octets) {
        capacity = octets;
    }

    void failNextSync() {
        failSync = true;
    }

    /** Takes back failures that were asked for and did not come yet. */
    void heal() {
        failWrites = 0;
        failSync = false;
        unwritable = NONE;
        unreadable = NONE;
    }

    /** What the disk holds once the power is back. */
    void powerUp() {
        int kept = pending.isEmpty() ? 0 : random.nextInt(pending.size() + 1);
        pending.subList(0, kept).forEach(Runnable::run);
        pending.clear();
        durableNames.values().forEach(Inode::crash);
        names.clear();
        names.putAll(durableNames);
        cutCountdown = 0;
        off = false;
        failWrites = 0;
        failSync = false;
    }

    private boolean isCut(Call call) {
        if (off) {
            throw new PowerCut();
        }
        return cutCountdown > 0 && call == cutCall && --cutCountdown == 0;
    }

    /** Before a call: the power goes with the call done or not done. */
    private void around(Call call, Runnable effect) {
        boolean cut = isCut(call);
        if (!cut || random.nextBoolean()) {
            effect.run();
        }
        if (cut) {
            off = true;
            throw new PowerCut();
        }
    }

    private static Call write(String name) {
        return name.startsWith("segment")
                ? Call.WRITE_SEGMENT
                : name.startsWith("checkpoint")
                        ? Call.WRITE_CHECKPOINT
                        : name.startsWith("large") ? Call.WRITE_LARGE : Call.OTHER;
    }

    private static Call sync(String name) {
        return switch (write(name)) {
            case WRITE_SEGMENT -> Call.SYNC_SEGMENT;
            case WRITE_CHECKPOINT -> Call.SYNC_CHECKPOINT;
            case WRITE_LARGE -> Call.SYNC_LARGE;
            case SYNC_SEGMENT, SYNC_CHECKPOINT, SYNC_LARGE, RENAME, DELETE, SYNC_DIRECTORY, OTHER -> Call.OTHER;
        };
    }

    @Override
    public List<String> list(String directory) {
        isCut(Call.OTHER);
        String prefix = directory.isEmpty() ? "" : directory + "/";
        return names.keySet().stream()
                .filter(name -> name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0)
                .map(name -> name.substring(prefix.length()))
                .toList();
    }

    @Override
    public DiskFile open(String name) throws IOException {
        Inode inode = names.get(name);
        if (inode == null) {
            throw new NoSuchFileException(name);
        }
        return new SimFile(name, inode);
    }

    @Override
    public DiskFile create(String name) {
        Inode inode = new Inode();
        around(Call.OTHER, () -> {
            names.put(name, inode);
            pending.add(() -> durableNames.put(name, inode));
        });
        return new SimFile(name, inode);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Inode inode = names.get(from);
        if (inode == null) {
            throw new NoSuchFileException(from);
        }
        around(Call.RENAME, () -> {
            names.remove(from);
            names.put(to, inode);
            pending.add(() -> {
                durableNames.remove(from);
                durableNames.put(to, inode);
            });
        });
    }

    @Override
    public void delete(String name) {
        around(Call.DELETE, () -> {
            names.remove(name);
            pending.add(() -> durableNames.remove(name));
        });
    }

    @Override
    public void syncDirectory(String directory) {
        around(Call.SYNC_DIRECTORY, () -> {
            pending.forEach(Runnable::run);
            pending.clear();
        });
    }

    @Override
    public long usableOctets() {
        return capacity
                - names.values().stream()
                        .mapToLong(inode -> inode.current.length)
                        .sum();
    }

    @Override
    public void close() {}

    /** Flips a bit of a file, as rot does. */
    void rot(String name, int offset) {
        Inode inode = names.get(name);
        if (inode == null) {
            throw new AssertionError("no file " + name);
        }
        inode.current[offset] ^= 1;
        inode.durable[offset] ^= 1;
    }

    private final class Inode {
        private byte[] current = {};
        private byte[] durable = {};
        private final Map<Integer, List<byte[]>> unsynced = new HashMap<>();
        private final Map<Integer, List<byte[]>> lost = new HashMap<>();

        void write(byte[] bytes, int position) {
            if (position + bytes.length > current.length) {
                current = Arrays.copyOf(current, position + bytes.length);
            }
            System.arraycopy(bytes, 0, current, position, bytes.length);
            if (bytes.length == 0) {
                return;
            }
            for (int page = position / PAGE; page <= (position + bytes.length - 1) / PAGE; page++) {
                unsynced.computeIfAbsent(page, any -> new ArrayList<>()).add(page(current, page));
            }
        }

        void truncate(int length) {
            current = Arrays.copyOf(current, Math.min(length, current.length));
            unsynced.keySet().removeIf(page -> page * PAGE >= length);
        }

        private static byte[] page(byte[] from, int page) {
            int start = Math.min(page * PAGE, from.length);
            return Arrays.copyOf(Arrays.copyOfRange(from, start, Math.min(start + PAGE, from.length)), PAGE);
        }

        void sync() {
            durable = Arrays.copyOf(durable, current.length);
            unsynced.forEach((page, versions) -> {
                put(page, versions.getLast());
                lost.remove(page);
            });
            unsynced.clear();
        }

        void failSync() {
            unsynced.forEach((page, versions) ->
                    lost.computeIfAbsent(page, any -> new ArrayList<>()).addAll(versions));
            unsynced.clear();
        }

        private void put(int page, byte[] bytes) {
            int start = page * PAGE;
            if (start < durable.length) {
                System.arraycopy(bytes, 0, durable, start, Math.min(PAGE, durable.length - start));
            }
        }

        void crash() {
            durable = Arrays.copyOf(
                    durable, random.nextBoolean() ? Math.max(durable.length, current.length) : durable.length);
            TreeMap<Integer, List<byte[]>> any = new TreeMap<>(lost);
            unsynced.forEach((page, versions) -> {
                List<byte[]> all = new ArrayList<>(any.getOrDefault(page, List.of()));
                all.addAll(versions);
                any.put(page, all);
            });
            any.forEach(this::tear);
            unsynced.clear();
            lost.clear();
            current = durable.clone();
        }

        private void tear(int page, List<byte[]> versions) {
            List<byte[]> choices = new ArrayList<>(versions);
            choices.add(page(durable, page));
            byte[] first = choices.get(random.nextInt(choices.size()));
            byte[] second = choices.get(random.nextInt(choices.size()));
            int edge = random.nextInt(PAGE / SECTOR + 1) * SECTOR;
            byte[] torn = first.clone();
            System.arraycopy(second, edge, torn, edge, PAGE - edge);
            put(page, torn);
        }
    }

    private final class SimFile implements DiskFile {
        private final String name;
        private final Inode inode;

        SimFile(String name, Inode inode) {
            this.name = name;
            this.inode = inode;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            if (name.startsWith(unwritable)) {
                throw new IOException("No space left on device");
            }
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            if (failWrites > 0) {
                failWrites--;
                int part = copy.length == 0 ? 0 : random.nextInt(copy.length);
                inode.write(Arrays.copyOf(copy, part), (int) position);
                throw new IOException(failure);
            }
            around(SimDisk.write(name), () -> inode.write(copy, (int) position));
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            if (name.startsWith(unreadable)) {
                throw new IOException("Input/output error");
            }
            isCut(Call.OTHER);
            int count = (int) Math.max(0, Math.min(bytes.remaining(), inode.current.length - position));
            if (count > 0) {
                bytes.put(inode.current, (int) position, count);
            }
            return count;
        }

        @Override
        public void truncate(long octets) {
            around(SimDisk.write(name), () -> inode.truncate((int) octets));
        }

        @Override
        public void force() throws IOException {
            if (failSync) {
                failSync = false;
                inode.failSync();
                throw new IOException("Input/output error");
            }
            around(sync(name), inode::sync);
        }

        @Override
        public long size() {
            return inode.current.length;
        }

        @Override
        public void close() {}
    }
}
