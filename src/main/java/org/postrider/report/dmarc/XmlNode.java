package org.postrider.report.dmarc;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element with all that is in it, without its attributes: one record, say. Of bounded size. DTDs are refused, so that no
 * entity can be made or asked for.
 *
 * @param name without its namespace
 * @param text of its own, without the blanks around it
 */
record XmlNode(String name, String text, List<XmlNode> children) {
    static final int DEPTH_MAX = 20;

    /** Elements within one that is read whole. */
    static final int NODES_MAX = 10_000;

    /** Of one element; what is more is cut. */
    static final int TEXT_CHARS_MAX = 2_000;

    /** The document has more than we read. */
    static final class TooMuch extends Exception {
        TooMuch(String message) {
            super(message);
        }
    }

    static XMLStreamReader reader(InputStream in) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        return factory.createXMLStreamReader(in);
    }

    /** Moves to the root element. */
    static void toRoot(XMLStreamReader xml) throws XMLStreamException {
        while (xml.next() != XMLStreamConstants.START_ELEMENT) {
            refuseDtd(xml);
        }
    }

    /** Moves from an element's start, or its child's end, to its next child; false at its end. */
    static boolean toNextChild(XMLStreamReader xml) throws XMLStreamException {
        while (true) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                return true;
            }
            if (event == XMLStreamConstants.END_ELEMENT) {
                return false;
            }
        }
    }

    private static void refuseDtd(XMLStreamReader xml) throws XMLStreamException {
        if (xml.getEventType() == XMLStreamConstants.DTD) {
            throw new XMLStreamException("a document type is not taken");
        }
    }

    /** Reads the element that starts here, to its end. */
    static XmlNode read(XMLStreamReader xml) throws XMLStreamException, TooMuch {
        return read(xml, 0, new int[1]);
    }

    private static XmlNode read(XMLStreamReader xml, int depth, int[] nodes) throws XMLStreamException, TooMuch {
        if (depth > DEPTH_MAX || ++nodes[0] > NODES_MAX) {
            throw new TooMuch("elements in one another more than " + DEPTH_MAX + " deep, or more than " + NODES_MAX);
        }
        String name = xml.getLocalName();
        StringBuilder text = new StringBuilder();
        List<XmlNode> children = new ArrayList<>();
        for (int event = xml.next(); event != XMLStreamConstants.END_ELEMENT; event = xml.next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                children.add(read(xml, depth + 1, nodes));
            } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
                int room = TEXT_CHARS_MAX - text.length();
                text.append(xml.getTextCharacters(), xml.getTextStart(), Math.min(room, xml.getTextLength()));
            } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
                throw new XMLStreamException("an entity that is none of XML's own");
            }
        }
        return new XmlNode(name, text.toString().strip(), List.copyOf(children));
    }

    Stream<XmlNode> children(String name) {
        return children.stream().filter(child -> child.name.equals(name));
    }

    Optional<XmlNode> child(String name) {
        return children(name).findFirst();
    }

    XmlNode childOrEmpty(String name) {
        return child(name).orElse(new XmlNode(name, "", List.of()));
    }

    /** The text of a child; empty where there is none. */
    String text(String name) {
        return child(name).map(XmlNode::text).orElse("");
    }

    /** The text of a child that is a word of a fixed list. */
    String word(String name) {
        return text(name).toLowerCase(Locale.ROOT);
    }
}
