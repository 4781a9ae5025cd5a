package org.postrider.smtp.client;

/** Where octets go. */
interface Octets {
    void put(byte[] bytes, int from, int to) throws BrokenWire;
}
