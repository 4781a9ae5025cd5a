package org.postrider.spool;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads values of one kind and gives the same object again where the same octets come again. Mail that waits mostly waits
 * for one of a few reasons at one of a few hosts: to make the same few texts a million times takes most of a restart.
 *
 * <p>Thread: confined.
 */
final class Frequent<T> {
    private static final int KEPT = 8;

    private final Form<T> form;
    private final List<Kept<T>> kept = new ArrayList<>(KEPT);
    private int oldest;

    /** Reads the encoded form, which says itself where it ends. */
    interface Form<T> {
        T read(ByteReader in) throws DamagedException;
    }

    private static final class Kept<T> {
        final byte[] octets;
        final T value;

        Kept(byte[] octets, T value) {
            this.octets = octets;
            this.value = value;
        }
    }

    Frequent(Form<T> form) {
        this.form = form;
    }

    T read(ByteReader in) throws DamagedException {
        for (int i = 0; i < kept.size(); i++) {
            Kept<T> one = kept.get(i);
            // No form is the beginning of another, so that octets that begin with this one are this one.
            if (in.skipEqual(one.octets)) {
                return one.value;
            }
        }
        int start = in.position();
        T value = form.read(in);
        keep(new Kept<>(in.since(start), value));
        return value;
    }

    private void keep(Kept<T> one) {
        if (kept.size() < KEPT) {
            kept.add(one);
        } else {
            kept.set(oldest, one);
            oldest = (oldest + 1) % KEPT;
        }
    }
}
