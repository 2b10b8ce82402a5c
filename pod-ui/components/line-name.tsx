/** Which line of which company, by what both are called; by their numbers where nobody knows. */
export function LineName({
  line: { names, companyId, agreementId, productId },
}: {
  line: {
    names?: { company: string | null; agreement: string | null; product: string | null } | undefined
    companyId?: string
    agreementId: string
    productId: string
  }
}) {
  return (
    <>
      {names?.company ??
        (companyId === undefined ? names?.agreement : null) ??
        `#${companyId ?? agreementId}`}
      <p class="quiet">{names?.product ?? `#${productId}`}</p>
    </>
  )
}
