/** Waits for all, then rejects with what failed first: that one thing does not close leaves no other open. */
export async function closeAll(closing: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(closing)).find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}
