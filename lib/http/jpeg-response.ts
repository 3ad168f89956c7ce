/** A picture that never changes under its address; for this browser alone, as the caller had to be let in. */
export function jpegResponse(jpeg: Uint8Array<ArrayBuffer>): Response {
  const headers = {
    "Content-Type": "image/jpeg",
    "Cache-Control": "private, max-age=3600",
    "X-Content-Type-Options": "nosniff",
  };
  return new Response(jpeg, { headers });
}
