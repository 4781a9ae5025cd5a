package org.postrider.spool;

import java.io.IOException;
import java.util.List;

/**
 * The spool's door to the file system, kept narrow so that a simulated disk can take its place. Names are relative, with
 * {@code /} between a directory and a file.
 *
 * <p>Thread: any.
 */
interface Disk extends AutoCloseable {
    /** The plain names of the files in a directory, {@code ""} being the spool's own; in no order. */
    List<String> list(String directory) throws IOException;

    DiskFile open(String name) throws IOException;

    /** Makes an empty file; one that was there is emptied. */
    DiskFile create(String name) throws IOException;

    void rename(String from, String to) throws IOException;

    /** Removes the file if it is there. */
    void delete(String name) throws IOException;

    /** Makes creations, renames and deletions in a directory durable. */
    void syncDirectory(String directory) throws IOException;

    /** What the file system has left for us. */
    long usableOctets() throws IOException;

    @Override
    void close() throws IOException;
}
