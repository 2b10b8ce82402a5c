/** Whether two texts are equal; takes the same time whatever they have in common, their lengths included. */
export async function isSameSecret(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([digest(one), digest(other)])
  return crypto.subtle.timingSafeEqual(first, second)
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
}
