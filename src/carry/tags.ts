/**
 * The first byte of each value in a message.
 *
 * ```
 * 0x00 – 0x3f   one of the tags below
 * 0x40 – 0x7f   a latin1 string of 0 to 63 characters, which follow
 * 0x80 – 0xff   an integer from 0 to 127
 * ```
 *
 * Counts and lengths are LEB128 numbers ("varints"), everything fixed is little-endian. Every
 * object and function is a node; nodes are numbered in the order of their tags, on both sides
 * alike, and a node met again is BACK and its number.
 */

export const UNDEFINED = 0;
export const NULL = 1;
export const TRUE = 2;
export const FALSE = 3;
/** One signed byte. */
export const INT8 = 4;
/** Four bytes. */
export const INT32 = 5;
/** Eight bytes. */
export const FLOAT64 = 6;
/** Eight bytes. */
export const BIGINT64 = 7;
/** Sign byte, length, the magnitude's bytes. */
export const BIGINT = 8;
/** Length, one byte for each character. */
export const LATIN1 = 9;
/** Length in bytes, two bytes for each UTF-16 unit; lone surrogates stay as they are. */
export const UTF16 = 10;
/** The key, a string. */
export const SYMBOL_FOR = 11;
/** Its name on Symbol, a string. */
export const SYMBOL_WELL_KNOWN = 12;
/** The node's number. */
export const BACK = 13;

/** Length, the elements. */
export const ARRAY = 14;
/** Length, number of elements that are there; for each its index and value. */
export const SPARSE_ARRAY = 15;
/** Hash (4 bytes), length of the key list, the key list; then the values in its order. */
export const OBJECT = 16;
/** The number of a key list that came before in this message; the values in its order. */
export const OBJECT_AGAIN = 17;
/** Number of keys; for each key a string and a value. For objects with many keys. */
export const DICTIONARY = 18;
export const EMPTY_OBJECT = 19;
/** In the place of a property's value: flags, then the value, or getter and setter. */
export const PROPERTY = 20;
/** Flags, the object without its extras; then prototype and further properties by the flags. */
export const EXTRAS = 21;
/** In the place of an element that is not there. */
export const HOLE = 22;
/** Kind, length, the items; see `packed-array.ts`. */
export const PACKED_ARRAY = 23;

export const DATE = 32;
export const REGEXP = 33;
export const MAP = 34;
export const SET = 35;
export const ARRAY_BUFFER = 36;
export const ARRAY_BUFFER_OUT_OF_BAND = 37;
/** The number of an object that came beside the message. */
export const ATTACHMENT = 38;
export const VIEW = 39;
export const URL_ = 40;
export const URL_SEARCH_PARAMS = 41;
export const BOXED = 42;
export const ERROR = 43;
export const DOM_EXCEPTION = 44;
export const ABORTED_SIGNAL = 45;
export const HANDLE = 46;
export const REDUCED = 47;
/** A function, class, or object that the receiver has or imports. */
export const FUNCTION = 48;
/** The prototype of a class: the class follows. */
export const PROTOTYPE_OF = 49;

export const SHORT_STRING = 0x40;
export const SHORT_STRING_MAX = 0x3f;
export const SMALL_INT = 0x80;

/** The first byte of each message: a format that this version understands. */
export const FORMAT = 0x4d;
/** The same, with the list of references (4 bytes: its length) at the end. */
export const FORMAT_WITH_REFERENCES = 0x4e;

/** Flags after PROPERTY, named as the descriptor's fields. */
export const ENUMERABLE = 1;
export const CONFIGURABLE = 2;
export const WRITABLE = 4;
export const ACCESSOR = 8;

/** Flags after EXTRAS; the two bits above them are the integrity level. */
export const HAS_PROTOTYPE = 1;
export const HAS_PROPERTIES = 2;
export const INTEGRITY_SHIFT = 2;

/** What can no longer be done to an object. */
export const EXTENSIBLE = 0;
export const NON_EXTENSIBLE = 1;
export const SEALED = 2;
export const FROZEN = 3;
