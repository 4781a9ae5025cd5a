package org.postrider.spool;

import org.postrider.mail.Envelope;

/**
 * What the log and the checkpoints hold of a message beside its content and its states.
 *
 * @param contentOctets prefix included
 * @param fileOctets length of the content's own file, -1 where all content is in the log
 * @param fileCrc CRC32C of that file
 * @param bytes the encoded form of all this, as it is copied from place to place
 * @param arrivalAt where in {@code bytes} the arrival begins
 */
@SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
record MessageCore(int recipients, long contentOctets, long fileOctets, int fileCrc, byte[] bytes, int arrivalAt) {
    static final long NO_FILE = -1;

    boolean isLarge() {
        return fileOctets != NO_FILE;
    }

    static void write(ByteWriter out, Arrival arrival, long contentOctets, long fileOctets, int fileCrc) {
        out.varint(arrival.envelope().recipients().size());
        out.varint(contentOctets);
        out.flag(fileOctets != NO_FILE);
        if (fileOctets != NO_FILE) {
            out.varint(fileOctets);
            out.fixed32(fileCrc);
        }
        ArrivalCodec.write(out, arrival);
    }

    static MessageCore read(byte[] bytes) throws DamagedException {
        ByteReader in = new ByteReader(bytes);
        int recipients = in.count(Envelope.RECIPIENTS_MAX);
        long contentOctets = in.varint();
        boolean large = in.flag();
        long fileOctets = large ? in.varint() : NO_FILE;
        int fileCrc = large ? in.fixed32() : 0;
        if (recipients == 0 || contentOctets < 0) {
            throw new DamagedException("a message of " + recipients + " recipients, " + contentOctets + " octets");
        }
        return new MessageCore(recipients, contentOctets, fileOctets, fileCrc, bytes, in.position());
    }

    Arrival arrival() throws DamagedException {
        return arrival(ArrivalCodec.Parts.ANEW);
    }

    /** @param parts reads what mostly is as in the message before */
    Arrival arrival(ArrivalCodec.Parts parts) throws DamagedException {
        return ArrivalCodec.read(new ByteReader(bytes, arrivalAt, bytes.length - arrivalAt), parts);
    }
}
