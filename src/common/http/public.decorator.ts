import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'roavelo:public';

/**
 * The only way past `ClerkGuard`. Use it through `@Operation({ public: true })`, which documents it as well.
 */
export const Public = () => SetMetadata(IS_PUBLIC, true);
