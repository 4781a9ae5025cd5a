package org.postrider.report.dmarc;

/** What became of reading an aggregate report. */
public sealed interface ReportReading {
    /**
     * It was read.
     *
     * @param current whether it has the form of RFC 9990; else it is of the older one
     * @param brokenRecords how many of its records could not be told, and were left out
     */
    record Read(AggregateReport report, boolean current, int brokenRecords) implements ReportReading {}

    /**
     * It is not taken.
     *
     * @param detail for people, made of what a stranger sent
     */
    record Refused(Why why, String detail) implements ReportReading {}

    /** Why a report is not taken. */
    enum Why {
        /** There is none. */
        NO_REPORT,
        /** It is larger than any that we take, or would be once unpacked. */
        TOO_LARGE,
        /** It is packed in a way that cannot be undone. */
        NOT_UNPACKED,
        /** It is no XML, or XML that asks for what we do not give (a DTD). */
        MALFORMED,
        /** It lacks what no report can do without. */
        INCOMPLETE
    }
}
