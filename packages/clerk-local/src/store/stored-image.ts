/** An uploaded picture. Whoever knows its id sees it. */
export interface StoredImage {
  id: string;
  name: string;
  type: string;
  base64: string;
}
