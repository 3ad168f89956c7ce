import * as z from "zod";

import { decryptSecret, encryptSecret, secretPlace } from "#lib/auth/secret-box.ts";

const s3CredentialsSchema = z.object({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) });
export type S3Credentials = z.infer<typeof s3CredentialsSchema>;

const place = (outputId: string) => secretPlace("Output", outputId, "credentialsEncrypted");

/** Credentials as the Output's column keeps them. `outputId`: UUID. */
export function sealS3Credentials(outputId: string, { accessKeyId, secretAccessKey }: S3Credentials): string {
  return encryptSecret(JSON.stringify({ accessKeyId, secretAccessKey }), place(outputId));
}

/** The reverse of {@link sealS3Credentials}; throws when the text belongs to another Output or another SECRET_KEY. */
export function openS3Credentials(outputId: string, sealed: string): S3Credentials {
  return s3CredentialsSchema.parse(JSON.parse(decryptSecret(sealed, place(outputId))));
}
