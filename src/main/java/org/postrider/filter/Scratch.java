package org.postrider.filter;

import java.util.ArrayList;
import java.util.List;

/** All staged octets of one message: its content, and the bodies that filters put in its place. Thread: confined. */
final class Scratch implements AutoCloseable {
    private final StagingArea area;
    private final List<Staging> opened = new ArrayList<>();

    Scratch(StagingArea area) {
        this.area = area;
    }

    Staging open() {
        Staging staging = new Staging(area);
        opened.add(staging);
        return staging;
    }

    @Override
    public void close() {
        opened.forEach(Staging::close);
        opened.clear();
    }
}
