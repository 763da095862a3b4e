const longestCharacter = 3
/** Of a length in UTF-8, as a varint: 7 bits a byte. */
const longestVarint = 5
/** UTF-16 units: to write so few one by one takes less than to ask Node to. */
const shortText = 48

/** Writes what ClickHouse's binary formats are made of; all numbers with their lowest byte first. */
export class NativeWriter {
  #bytes: Buffer
  #view: DataView
  #at = 0

  /** `capacity`: bytes that are expected. */
  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(capacity)
    this.#view = viewOf(this.#bytes)
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  /** A varint (LEB128). */
  count(value: number): void {
    this.#reserve(longestVarint)
    this.#at = this.#varint(value, this.#at, 1)
  }

  /** UTF-8 after its length in bytes. The half of a surrogate pair, which ClickHouse reads nowhere, becomes U+FFFD. */
  text(text: string): void {
    const most = text.length * longestCharacter
    this.#reserve(longestVarint + most)
    if (text.length <= shortText && this.#ascii(text)) return
    // As long as the length may need: where it needs less it is filled up, which LEB128 allows.
    const width = most < 0x80 ? 1 : most < 0x4000 ? 2 : longestVarint
    const size = this.#bytes.write(text, this.#at + width)
    this.#varint(size, this.#at, width)
    this.#at += width + size
  }

  /** Of 1, 2 or 4 bytes; what is too large loses its upper bits, as in the engine. */
  integer(value: number, bytes: number): void {
    this.#reserve(bytes)
    if (bytes === 1) this.#view.setUint8(this.#at, value)
    else if (bytes === 2) this.#view.setUint16(this.#at, value, true)
    else this.#view.setUint32(this.#at, value, true)
    this.#at += bytes
  }

  /** Exact between −2⁵³ and 2⁵³. */
  long(value: number): void {
    const upper = Math.floor(value / 2 ** 32)
    this.integer(value - upper * 2 ** 32, 4)
    this.integer(upper, 4)
  }

  double(value: number): void {
    this.#reserve(8)
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }

  /** False for a text that is more than ASCII: nothing is written then. */
  #ascii(text: string): boolean {
    const { length } = text
    const [bytes, start] = [this.#bytes, this.#at + 1]
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index)
      if (code > 0x7f) return false
      bytes[start + index] = code
    }
    bytes[this.#at] = length
    this.#at = start + length
    return true
  }

  /** In `width` bytes at least. */
  #varint(value: number, start: number, width: number): number {
    let [rest, at] = [value, start]
    while (rest >= 0x80 || at < start + width - 1) {
      this.#bytes[at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[at++] = rest
    return at
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + size))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
    this.#view = viewOf(larger)
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
