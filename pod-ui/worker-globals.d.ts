/** workerd has it and browsers do not; the pod never calls it, but takes its types from files that do. */
interface SubtleCrypto {
  timingSafeEqual(a: ArrayBuffer | ArrayBufferView, b: ArrayBuffer | ArrayBufferView): boolean
}
