package org.postrider.spool;

class RamSpoolTest extends SpoolContract {
    @Override
    Spool open() {
        return new RamSpool();
    }
}
