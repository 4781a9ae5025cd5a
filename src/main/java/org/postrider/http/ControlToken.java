package org.postrider.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** The secret that a command line shows to its server: whoever may read the server's files may steer it. */
public final class ControlToken {
    private static final String FILE = "control.token";
    private static final int OCTETS = 32;
    private static final int FILE_OCTETS_MAX = 1_024;

    private final String value;

    private ControlToken(String value) {
        this.value = value;
    }

    /** The token of a data directory; made, readable for its owner alone, where there is none. */
    public static ControlToken loadOrCreate(Path dataDir) throws IOException {
        Path file = dataDir.resolve(FILE);
        byte[] random = new byte[OCTETS];
        new SecureRandom().nextBytes(random);
        try {
            boolean posix =
                    dataDir.getFileSystem().supportedFileAttributeViews().contains("posix");
            var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (var channel = posix ? Files.newByteChannel(file, fresh, mine) : Files.newByteChannel(file, fresh)) {
                byte[] line = (HexFormat.of().formatHex(random) + "\n").getBytes(StandardCharsets.US_ASCII);
                channel.write(java.nio.ByteBuffer.wrap(line));
            }
        } catch (FileAlreadyExistsException _) {
            return load(dataDir);
        }
        return load(dataDir);
    }

    /**
     * The token of a data directory.
     *
     * @throws NoSuchFileException where no server ever ran there
     */
    public static ControlToken load(Path dataDir) throws IOException {
        Path file = dataDir.resolve(FILE);
        if (Files.size(file) > FILE_OCTETS_MAX) {
            throw new IOException(file + " is no control token");
        }
        String value = Files.readString(file, StandardCharsets.US_ASCII).strip();
        if (value.length() < OCTETS) {
            throw new IOException(file + " is too short for a control token: remove it and start the server again");
        }
        return new ControlToken(value);
    }

    /** The value of the Authorization header. */
    public String authorization() {
        return "Bearer " + value;
    }

    /** Compares in a time that tells nothing of how much was right. */
    boolean isIn(String authorization) {
        return MessageDigest.isEqual(
                authorization.getBytes(StandardCharsets.UTF_8), authorization().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "***";
    }
}
