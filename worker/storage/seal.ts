/** Why something sealed could not be used; holds neither the contents nor the key. */
export class SealError extends Error {
  override name = 'SealError'
}

export interface Sealer {
  /** Sealing the same text twice gives two different results. */
  seal(text: string, context: string): Promise<string>

  /** @throws SealError where the key or the context is not the one it was sealed with, or where it was tampered with */
  open(sealed: string, context: string): Promise<string>
}

/** Says how the rest of a sealed text is built, so that another way can be told apart later. */
const version = 'v1'
const ivBytes = 12

/**
 * Encrypts credentials for storage with AES-GCM. The `context`, which is the id of the connection they belong to, is
 * bound to the result: copied to another connection it does not open.
 *
 * @param keyBase64 32 random bytes in Base64
 * @throws SealError where the key is anything else
 */
export async function sealer(keyBase64: string): Promise<Sealer> {
  const key = await readKey(keyBase64)

  return {
    async seal(text, context) {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
      const encrypted = await crypto.subtle.encrypt(cipher(iv, context), key, new TextEncoder().encode(text))
      return [version, toBase64(iv), toBase64(new Uint8Array(encrypted))].join('.')
    },

    async open(sealed, context) {
      const [foundVersion, ivText, encryptedText, ...rest] = sealed.split('.')
      if (foundVersion !== version) {
        throw new SealError(`What is stored for ${context} was sealed by another version of this program.`)
      }
      const iv = fromBase64(ivText ?? '')
      const encrypted = fromBase64(encryptedText ?? '')
      if (iv === null || encrypted === null || iv.length !== ivBytes || rest.length > 0) {
        throw new SealError(`What is stored for ${context} is damaged. Enter its credentials again.`)
      }
      try {
        return new TextDecoder().decode(await crypto.subtle.decrypt(cipher(iv, context), key, encrypted))
      } catch {
        throw new SealError(
          `What is stored for ${context} does not open with this CREDENTIALS_KEY. ` +
            'Put the former key back, or enter the credentials again.',
        )
      }
    },
  }
}

function cipher(iv: Uint8Array<ArrayBuffer>, context: string) {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`${version}:${context}`) }
}

async function readKey(keyBase64: string): Promise<CryptoKey> {
  const bytes = fromBase64(keyBase64.trim())
  if (bytes === null || bytes.length !== 32) {
    throw new SealError(
      'CREDENTIALS_KEY must be 32 random bytes in Base64, e.g. from "openssl rand -base64 32".',
    )
  }
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Null where `text` is not Base64. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}
