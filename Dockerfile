# Three images for Kubernetes: control (API and controller), renderer (Chromium), storage-emulator (demos and tests). And
# local, all of it without Kubernetes: docker run -p 8080:8080 IMAGE.
#   docker build --target control -t pdf-export/control .
# A machine whose registries stand behind its own certificate authority passes the bundle in:
#   --volume /etc/ssl/certs/ca-certificates.crt:/run/host-ca.crt:ro (buildah, podman)
#   --build-arg PIP_CERT=/run/host-ca.crt --build-arg NODE_EXTRA_CA_CERTS=/run/host-ca.crt
# Debian's own image of a day, by digest: the build stands on the same bytes wherever it runs. A newer day is looked up
# with `crane digest docker.io/library/debian:trixie-YYYYMMDD-slim`.
ARG DEBIAN_IMAGE=docker.io/library/debian:trixie-20260918-slim@sha256:a99cfc517144bc59b1978475ec53b46ecabec7e43635402ee5b77cc54cd1b20a

# ---- what every image stands on -------------------------------------------------------------------------------
FROM ${DEBIAN_IMAGE} AS base
# Never unpacked: documentation and translations, which no program here reads; what the full browser has beyond the
# headless shell; Mesa's rasteriser with its LLVM and the Vulkan validation layer (210 MB): nothing here has a GPU,
# printing does not ask for one, nor for Chromium's own software Vulkan; X11's locales; faces that no
# template names (hairlines, condensed and display ones, the serif for ideographs) and scripts that no CV is written in.
RUN printf 'path-exclude=%s\n' \
        '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/info/*' '/usr/share/locale/*' '/usr/share/lintian/*' \
        '/usr/lib/*/libLLVM*' '/usr/lib/*/libgallium-*' '/usr/lib/*/libz3.so*' '/usr/lib/*/dri/*' \
        '/usr/lib/*/libVkLayer_*' '/usr/lib/chromium/libVkICD_*' '/usr/share/vulkan/*' \
        '/usr/lib/chromium/libvk_swiftshader.so' '/usr/lib/chromium/vk_swiftshader_icd.json' \
        '/usr/share/X11/xkb/*' '/usr/share/X11/locale/*' \
        '/usr/lib/chromium/resources.pak' '/usr/lib/chromium/chrome_*.pak' '/usr/lib/chromium/locales/*' \
        '/usr/share/fonts/*/NotoSerifCJK-*' '/usr/share/fonts/*/Noto*Display-*' '/usr/share/fonts/*/NotoSansSignWriting-*' \
        '/usr/share/fonts/*/NotoSerifTangut-*' '/usr/share/fonts/*/NotoSansCuneiform-*' \
        '/usr/share/fonts/*/Noto*Hieroglyphs-*' '/usr/share/fonts/*/Noto*Mono-*' \
        '/usr/share/fonts/*/Lato-Hairline*' '/usr/share/fonts/*/Lato-Thin*' '/usr/share/fonts/*/OpenSans-Cond*' \
        > /etc/dpkg/dpkg.cfg.d/pdf-export \
    && printf 'APT::Install-Recommends "false";\nAPT::Get::Assume-Yes "true";\n' > /etc/apt/apt.conf.d/pdf-export
# What Debian has mended since that day, in the base too.
RUN apt-get update -q && apt-get upgrade -q && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/*
ENV DEBIAN_FRONTEND=noninteractive

FROM base AS python
RUN apt-get update -q && apt-get install -q python3 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/*
# The images' bytecode is made when they are built, and their file systems are read-only. Any numeric user may run
# them; libraries that ask for its name get one.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp LOGNAME=pdf-export
WORKDIR /app

FROM python AS pip
RUN apt-get update -q && apt-get install -q binutils python3-pip python3-venv
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore PIP_ONLY_BINARY=:all:
RUN /usr/bin/python3 -m venv --without-pip /opt/venv

# ---- the Python packages of each image ------------------------------------------------------------------------
# Half of their size serves nothing at run time: tests, debug symbols of extension modules (those that auditwheel
# has patched, in *.libs, do not survive strip and stay), and the 74 MB of source of the generated Kubernetes client,
# which runs from its bytecode alone.
FROM pip AS control-packages
COPY requirements/control.txt /tmp/
ARG PIP_CERT
RUN /usr/bin/python3 -m pip --python /opt/venv/bin/python install --no-compile --require-hashes -r /tmp/control.txt
# Of firebase-admin only the verification of tokens is used here, which needs neither Firestore nor Storage nor gRPC.
RUN /usr/bin/python3 -m pip --python /opt/venv/bin/python uninstall -y -q \
        google-cloud-firestore google-cloud-storage google-cloud-core google-resumable-media google-crc32c \
        grpcio-status grpcio \
    && cd /opt/venv/lib/python3*/site-packages \
    && find . -type d \( -name tests -o -name test \) -prune -exec rm -r {} + \
    && find . -name '*.so' ! -path '*.libs/*' -exec strip --strip-unneeded {} + \
    && /opt/venv/bin/python -m compileall -q -b kubernetes && find kubernetes -name '*.py' -delete \
    && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash . \
    && /opt/venv/bin/python -c 'import firebase_admin.auth, kopf, kubernetes.aio.client, starlette, uvicorn, pydantic, yaml' \
    && /opt/venv/bin/python -c 'import opentelemetry.exporter.otlp.proto.http.trace_exporter'

FROM pip AS renderer-packages
COPY requirements/renderer.txt /tmp/
ARG PIP_CERT
RUN /usr/bin/python3 -m pip --python /opt/venv/bin/python install --no-compile --require-hashes -r /tmp/renderer.txt
# What is required but not used: Firestore and its gRPC by firebase-admin (60 MB; its storage module needs neither);
# of Pillow, which decodes photos, AVIF and the drawing of text (9 MB). The last lines would say if they were.
# Playwright's trace viewer, its blocking half and its TypeScript declarations are for development; eld's larger data is for
# single words.
RUN /usr/bin/python3 -m pip --python /opt/venv/bin/python uninstall -y -q \
        google-cloud-firestore grpcio-status grpcio \
    && cd /opt/venv/lib/python3*/site-packages \
    && rm -r playwright/driver/package/lib/vite playwright/driver/package/types playwright/sync_api \
    && rm eld/resources/ngrams/ngramsL60.py \
    && rm PIL/_avif.* PIL/_imagingft.* PIL/_imagingtk.* pillow.libs/libavif-* pillow.libs/libharfbuzz-* \
        pillow.libs/libfreetype-* pillow.libs/libbrotli* \
    && find . -type d \( -name tests -o -name test \) -prune -exec rm -r {} + \
    && find . -name '*.so' ! -path '*.libs/*' -exec strip --strip-unneeded {} + \
    && strip playwright/driver/node \
    && /opt/venv/bin/python -m compileall -q -b kubernetes && find kubernetes -name '*.py' -delete \
    && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash . \
    && /opt/venv/bin/python -c 'import firebase_admin.storage, kubernetes.aio.client, lxml.etree, pikepdf' \
    && /opt/venv/bin/python -c 'import opentelemetry.exporter.otlp.proto.http.trace_exporter' \
    && /opt/venv/bin/python -c 'from PIL import ImageCms, JpegImagePlugin, PngImagePlugin, _webp'

FROM pip AS local-packages
COPY requirements/local.txt /tmp/
ARG PIP_CERT
RUN /usr/bin/python3 -m pip --python /opt/venv/bin/python install --no-compile --no-deps --require-hashes -r /tmp/local.txt \
    && cd /opt/venv/lib/python3*/site-packages \
    && rm -r playwright/driver/package/lib/vite playwright/driver/package/types \
    && find . -type d \( -name tests -o -name test \) -prune -exec rm -r {} + \
    && find . -name '*.so' ! -path '*.libs/*' -exec strip --strip-unneeded {} + \
    && strip playwright/driver/node \
    && /opt/venv/bin/python -m compileall -q -b kubernetes && find kubernetes -name '*.py' -delete \
    && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash .

# ---- the code of each image, with its bytecode ----------------------------------------------------------------
FROM python AS control-code
COPY templates templates
COPY runtime runtime
COPY kube kube
COPY cv cv
COPY crds crds
COPY controller controller
COPY api api
RUN python3 -m compileall -q --invalidation-mode unchecked-hash .

FROM python AS renderer-code
COPY templates templates
COPY runtime runtime
COPY kube kube
COPY cv cv
COPY crds crds
COPY renderer renderer
RUN python3 -m compileall -q --invalidation-mode unchecked-hash .

FROM control-code AS local-code
COPY renderer renderer
COPY cluster cluster
COPY local local
COPY charts/pdf-export/templates/admission-policy.yaml charts/pdf-export/templates/admission-policy.yaml
RUN python3 -m compileall -q --invalidation-mode unchecked-hash .

# ---- control: docker run IMAGE api | controller ---------------------------------------------------------------
FROM python AS control
LABEL org.opencontainers.image.title="pdf-export control" \
      org.opencontainers.image.description="API and controller of pdf-export"
COPY --from=control-packages /opt/venv /opt/venv
USER 10001:10001
EXPOSE 8080 9090
ENTRYPOINT ["/opt/venv/bin/python", "-m"]
CMD ["api"]
# One arena for all threads, and memory is given back from 128 KiB on: malloc would have an arena a thread, and raise that
# mark with what it has seen freed. The controller then grows by 8 % from 1,000 jobs to 10,000; so it is 3 % (docs/soak.md).
ENV MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072
COPY --from=control-code /app /app

# ---- Chromium and the fonts -----------------------------------------------------------------------------------
FROM python AS chromium
# What options.fontFamily may name, static TrueType all, which PDFs embed as it is: Lato, Open Sans, Manrope, Vollkorn,
# Caladea, and of fonts-noto-core Noto Sans and Noto Serif. The rest of Noto stands in for the scripts they have not.
# Unpacked, without what is left out above:
#   fonts-lato               9.4 MB   fonts-noto-core         28.7 MB: Noto Sans 2.1, Noto Serif 2.5, Arabic 2.4,
#   fonts-open-sans          2.2 MB                            Devanagari 1.0, signs and mathematics 1.8, others 18.9
#   fonts-manrope            0.9 MB   fonts-noto-cjk          39.5 MB: Chinese, Japanese, Korean
#   fonts-vollkorn           4.9 MB   fonts-noto-color-emoji  11.3 MB
#   fonts-crosextra-caladea  0.3 MB
ARG FONT_PACKAGES="fonts-lato fonts-open-sans fonts-manrope fonts-vollkorn fonts-crosextra-caladea fonts-noto-core"
# Half of the fonts' size. Where no CV needs them: --build-arg LARGE_FONT_PACKAGES=; their characters are then replaced
# and reported like all that no font has.
ARG LARGE_FONT_PACKAGES="fonts-noto-cjk fonts-noto-color-emoji"
RUN apt-get update -q \
    && apt-get install -q chromium-headless-shell fontconfig tini ${FONT_PACKAGES} ${LARGE_FONT_PACKAGES} \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
    && fc-cache -s
# Not Debian's wrapper, a shell that stays in between.
ENV PDFEXPORT_CHROMIUM=/usr/lib/chromium/chromium-headless-shell
# Playwright's driver passes messages on; the room that Node gives itself for short-lived objects by default is 48 MB.
ENV NODE_OPTIONS=--max-semi-space-size=2

# ---- renderer -------------------------------------------------------------------------------------------------
FROM chromium AS renderer
LABEL org.opencontainers.image.title="pdf-export renderer" \
      org.opencontainers.image.description="Renderer of pdf-export: prints CVs with Chromium"
COPY --from=renderer-packages /opt/venv /opt/venv
USER 10001:10001
EXPOSE 8080
# The first process of a container inherits the children of processes that are killed: of a Chromium that the kernel or a
# crash has ended, some five, which would stay as zombies for as long as the pod lives. tini waits for them. It passes
# SIGTERM on, which would end a Python that is still starting and may have jobs already: the program unblocks the signal.
ENTRYPOINT ["/usr/bin/tini", "--", "/usr/bin/env", "--block-signal=TERM", "/opt/venv/bin/python", "-m"]
CMD ["renderer"]
COPY --from=renderer-code /app /app

# ---- local: docker run -p 8080:8080 IMAGE ---------------------------------------------------------------------
FROM chromium AS local
LABEL org.opencontainers.image.title="pdf-export local" \
      org.opencontainers.image.description="pdf-export on one machine, without Kubernetes, for development and demos"
COPY --from=local-packages /opt/venv /opt/venv
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["/usr/bin/tini", "--", "/opt/venv/bin/python", "-m", "local", "--host", "0.0.0.0"]
COPY --from=local-code /app /app

# ---- storage-emulator: HOST PORT ------------------------------------------------------------------------------
FROM base AS emulator-bundle
RUN apt-get update -q && apt-get install -q npm
ARG NODE_EXTRA_CA_CERTS
WORKDIR /emulator
COPY emulator/package.json emulator/package-lock.json emulator/.npmrc ./
RUN npm ci
COPY emulator/storage-emulator.cjs ./
RUN npm run build

FROM base AS storage-emulator
LABEL org.opencontainers.image.title="pdf-export storage emulator" \
      org.opencontainers.image.description="The Firebase Storage emulator, for demos and tests of pdf-export"
RUN apt-get update -q && apt-get install -q nodejs && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/*
ENV HOME=/tmp
WORKDIR /app
USER 10001:10001
EXPOSE 9199
ENTRYPOINT ["/usr/bin/node", "/app/storage-emulator.cjs"]
CMD ["0.0.0.0", "9199"]
COPY --from=emulator-bundle /emulator/dist /app
