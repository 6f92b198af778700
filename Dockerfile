# `npm run check:image` executes this file without a Docker engine: it supports the instructions used here.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/clerk-local/package.json packages/clerk-local/
# No install scripts: the base image has Node, and no other package of the build needs one.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json .swcrc ./
COPY src/ src/
COPY scripts/build-info.ts scripts/
# `docker build --build-arg COMMIT=$(git rev-parse HEAD) .`: the build context contains no repository.
ARG COMMIT=unknown
RUN npm run build

FROM node:24-slim AS production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the workspace (the local Clerk), and without optional packages: npm takes TypeScript for one of
# @nestjs/swagger.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --workspaces=false --ignore-scripts

FROM node:24-slim
ARG COMMIT=unknown
# The version of package.json; `npm run check:image` compares them.
LABEL org.opencontainers.image.title="Roavelo API" \
      org.opencontainers.image.description="The Roavelo backend: Clerk beside MongoDB." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${COMMIT}"
ENV NODE_ENV=production
WORKDIR /app
COPY package.json ./
COPY --from=production /app/node_modules/ node_modules/
COPY --from=build /app/dist/ dist/
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`, { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
