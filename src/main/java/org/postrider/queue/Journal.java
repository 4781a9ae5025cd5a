package org.postrider.queue;

/** What must outlive the process. Entries of one message become durable in the order in which they were appended. */
public interface Journal {
    /** Appends and returns at once; {@code durable} runs on the engine's thread once the entry is safe. */
    void append(Entry entry, Runnable durable);
}
