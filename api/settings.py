"""Settings, from the environment. A secret may come from a file: `DATABASE_URL_FILE` names the file of `DATABASE_URL`."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_FROM_FILE = (
    "DATABASE_URL", "DATABASE_READ_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "SIGN_PASSPHRASE", "BACKUP_PASSPHRASE", "METRICS_TOKEN", "SMTP_URL",
    "SITE_KEY",
)
BUCKET_AT = r"s3://[a-z0-9][a-z0-9.-]+(/[\w.-]+)*/?"
"""What the address of a place in a bucket looks like."""
OWN_FONTS = Path(__file__).parents[1] / "letters" / "fonts"
"""The fonts that the set-up fetches."""


class BadSetting(Exception):
    """A setting cannot be read: which and why, in words for who keeps the installation."""


class Settings(BaseSettings):
    """All settings of the program; `gongkai check` lists them."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, validate_default=True)

    database_url: str = Field("", description="数据库地址；不填的，用数据目录中的SQLite")
    database_read_url: SecretStr = Field(
        SecretStr(""), description="备用数据库（PostgreSQL流复制）的地址，查找和统计读它，最好放在 DATABASE_READ_URL_FILE 所指的文件中；不填的，没有"
    )
    read_lag: int = Field(10, ge=1, le=3600, description="备用数据库最多可以晚几秒，超过的读主数据库")
    data_dir: Path = Field(Path("data"), description="数据目录：数据库、文书、附件、密钥")
    files_store: str = Field(
        "", pattern=f"^$|^{BUCKET_AT}$", description="文书和附件存放的地方，s3://桶/前缀；不填的，用数据目录中的files"
    )
    s3_endpoint: str = Field("", pattern=r"^$|^https?://[^\s/@]+/?$", description="S3存储的网址，如 https://主机:9000")
    s3_region: str = Field("", pattern=r"^[a-z0-9-]*$", description="S3存储的区域；不填的，为us-east-1")
    s3_access_key: SecretStr = Field(SecretStr(""), description="S3存储的访问密钥编号，最好放在 S3_ACCESS_KEY_FILE 所指的文件中")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="S3存储的访问密钥，最好放在 S3_SECRET_KEY_FILE 所指的文件中")
    rules_dir: Path | None = Field(None, description="本单位的规则目录，覆盖自带的规则；不填的，用数据目录中的rules")
    agencies_dir: Path | None = Field(None, description="本单位的文书抬头目录，每个单位一个文件；不填的，用数据目录中的agencies")
    fonts_dir: Path | None = Field(None, description="文书字体目录；不填的，用自带的letters/fonts")
    host: str = Field("127.0.0.1", description="监听地址")
    port: int = Field(8000, ge=1, le=65535, description="监听端口")
    workers: int = Field(1, ge=1, le=64, description="同时服务的进程数，多于1的只用于PostgreSQL")
    checkpoint_dir: Path | None = Field(None, description="检查点目录：数据目录以外、本程序的管理者改不了的地方；不填的，不写检查点")
    token_days: int = Field(365, ge=1, le=3650, description="接口令牌最长的有效期（天）；已经发出的，超过的也失效")
    letter_workers: int = Field(2, ge=1, le=16, description="生成文书的进程数；服务的进程有几个的，各有这么多")
    sign_key: Path | None = Field(None, description="电子签名的证书和私钥，PKCS#12文件；不填的，文书不加电子签名")
    sign_passphrase: SecretStr = Field(SecretStr(""), description="这个文件的口令，最好放在 SIGN_PASSPHRASE_FILE 所指的文件中")
    backup_passphrase: SecretStr = Field(SecretStr(""), description="备份的口令，最好放在 BACKUP_PASSPHRASE_FILE 所指的文件中；不填的，不加口令")
    metrics_token: SecretStr = Field(
        SecretStr(""), description="监控程序读取 /metrics 的口令，不少于16个字符，最好放在 METRICS_TOKEN_FILE 所指的文件中；不填的，没有 /metrics"
    )
    smtp_url: SecretStr = Field(
        SecretStr(""), description="发提醒邮件的服务器，smtps://用户:口令@主机，或者 smtp://主机，最好放在 SMTP_URL_FILE 所指的文件中；不填的，不发"
    )
    mail_from: str = Field("", pattern=r"^$|^[^@\s<>,;]+@[^@\s<>,;]+$", description="提醒邮件的发件地址")
    remind_command: Path | None = Field(None, description="本单位的通知程序（短信、钉钉、政务微信），由标准输入得到一条通知；不填的，没有")
    tell_applicants: str = Field(
        "", pattern=r"^$|^(email|phone)(,(email|phone))?$",
        description="向同意的申请人告知进度：email（电子邮件，用SMTP_URL）、phone（短信，用REMIND_COMMAND），逗号分隔；不填的，不告知",
    )
    remind_hours: str = Field("8-18", pattern=r"^\d{1,2}-\d{1,2}$", description="工作日几点到几点发提醒，其余时间不打扰")
    public_url: str = Field("", pattern=r"^$|^https?://[^\s/]+/?$", description="办理人员打开本系统的网址，写在提醒里；不填的，提醒里没有网址")
    sign_timestamp_url: str = Field("", pattern=r"^$|^https?://\S+$", description="时间戳服务（RFC 3161）的网址；不填的，签名不带时间戳")
    allowed_hosts: str = Field("*", description="允许的主机名，逗号分隔")
    forwarded_allow_ips: str = Field(
        "127.0.0.1,::1", description="可以信任的代理（地址或者网段，逗号分隔）：由它转来的请求，按它写明的来访地址和协议"
    )
    counter_from: str = Field(
        "", description="体验区的终端从哪里来（地址或者网段，逗号分隔），从别处打不开；不填的，为内部的地址"
    )

    site_key: SecretStr = Field(
        SecretStr(""),
        description="本县政府网站为转到网上申请的链接签名的密钥，不少于32个字符，最好放在 SITE_KEY_FILE 所指的文件中；不填的，不认这样的链接",
    )
    site_name: str = Field("本县政府网站", min_length=1, max_length=100, description="这个网站的名称，写在由它转来的网上申请上")

    @field_validator("rules_dir", "agencies_dir", "fonts_dir", "checkpoint_dir", "sign_key", "remind_command", mode="before")
    @classmethod
    def _not_set(cls, path: Any) -> Any:
        """Set, but empty, is not set: it would be the folder in which the program was started."""
        return None if path == "" else path

    @field_validator("metrics_token")
    @classmethod
    def _not_guessed(cls, token: SecretStr) -> SecretStr:
        """Nothing counts those who guess it: it must be long."""
        if 0 < len(token.get_secret_value()) < 16:
            raise ValueError
        return token

    @field_validator("site_key")
    @classmethod
    def _not_tried(cls, key: SecretStr) -> SecretStr:
        """Whoever has a link can try keys against its signature, unseen and for as long as he likes."""
        if 0 < len(key.get_secret_value()) < 32:
            raise ValueError
        return key

    @field_validator("s3_secret_key")
    @classmethod
    def _with_keys(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        """Whoever keeps files in a bucket says with which keys: none is looked for anywhere else."""
        if info.data.get("files_store") and not (secret.get_secret_value() and info.data.get("s3_access_key", SecretStr("")).get_secret_value()):
            raise ValueError
        return secret

    @field_validator("sign_timestamp_url", "s3_endpoint")
    @classmethod
    def _with_a_host(cls, url: str) -> str:
        """An address that can be called; urlsplit and its port raise ValueError for some that cannot."""
        if url and (not (parts := urlsplit(url)).hostname or parts.port == 0):
            raise ValueError
        return url

    @field_validator("smtp_url")
    @classmethod
    def _a_server(cls, url: SecretStr) -> SecretStr:
        """A server that can be asked; urlsplit and its port raise ValueError for some that cannot."""
        if text := url.get_secret_value():
            parts = urlsplit(text)
            if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.port == 0:
                raise ValueError
        return url

    @field_validator("mail_from")
    @classmethod
    def _from_somebody(cls, address: str, info: ValidationInfo) -> str:
        """Whoever sets a server says also who sends."""
        smtp = info.data.get("smtp_url")
        if not address and smtp is not None and smtp.get_secret_value():
            raise ValueError
        return address

    @field_validator("tell_applicants")
    @classmethod
    def _by_a_way(cls, text: str, info: ValidationInfo) -> str:
        """What is promised to applicants can be done."""
        smtp, program = info.data.get("smtp_url"), info.data.get("remind_command")
        if ("email" in text and not (smtp and smtp.get_secret_value())) or ("phone" in text and program is None):
            raise ValueError
        return text

    @field_validator("remind_hours")
    @classmethod
    def _a_day(cls, text: str) -> str:
        begin, end = map(int, text.split("-"))
        if not begin < end <= 24:
            raise ValueError
        return text

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, url: str) -> str:
        """SQLite or PostgreSQL, the latter by its one driver whatever the address says."""
        scheme, separator, rest = url.partition("://")
        if scheme in ("postgres", "postgresql"):
            return f"postgresql+psycopg{separator}{rest}"
        if url and (not separator or scheme not in ("sqlite", "postgresql+psycopg")):
            raise ValueError
        return url

    @field_validator("database_read_url")
    @classmethod
    def _follows(cls, url: SecretStr, info: ValidationInfo) -> SecretStr:
        """Only PostgreSQL has a copy that follows by itself."""
        said = url.get_secret_value()
        if said and not str(info.data.get("database_url", "")).startswith("postgresql+psycopg://"):
            raise ValueError
        return SecretStr(cls._known_engine(said))

    @field_validator("forwarded_allow_ips", "counter_from")
    @classmethod
    def _addresses(cls, text: str) -> str:
        """Addresses and networks; a name or a slip would trust nobody, and nobody would notice."""
        for one in text.split(","):
            if one.strip() not in ("", "*"):
                ipaddress.ip_network(one.strip())
        return text

    def stands_in_hall(self, client: str) -> bool:
        """Whether whoever comes from this address may be a terminal of a counter (体验区): what is applied for at one counts as handed in."""
        try:
            address = ipaddress.ip_address(client)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        named = [one.strip() for one in self.counter_from.split(",") if one.strip()]
        return any(one == "*" or address in ipaddress.ip_network(one) for one in named) if named else not address.is_global

    def model_post_init(self, _context: Any) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir.absolute() / 'gongkai.db'}")

    @property
    def hosts(self) -> list[str]:
        """The host names it answers to."""
        return [host for one in self.allowed_hosts.split(",") if (host := one.strip())] or ["*"]

    @property
    def hours(self) -> tuple[int, int]:
        """From when until when people are reminded, on working days."""
        begin, end = map(int, self.remind_hours.split("-"))
        return begin, end

    @property
    def tells(self) -> list[str]:
        """On which ways applicants are told of the course of their requests: email, phone."""
        return [one for one in self.tell_applicants.split(",") if one]

    @property
    def own_rules(self) -> Path:
        """本单位的规则目录."""
        return self.rules_dir or self.data_dir / "rules"

    @property
    def own_agencies(self) -> Path:
        """本单位的文书抬头目录."""
        return self.agencies_dir or self.data_dir / "agencies"

    @property
    def shown(self) -> dict[str, str]:
        """The settings as they may be shown: what is used, also where nothing was set, without the passwords within addresses."""
        used = {"rules_dir": self.own_rules, "agencies_dir": self.own_agencies, "fonts_dir": self.fonts_dir or OWN_FONTS}
        values = {name.upper(): "" if value is None else str(value) for name, value in {**self.model_dump(), **used}.items()}
        return values | {name: _masked(values[name]) for name in ("DATABASE_URL", "SIGN_TIMESTAMP_URL")}


def _masked(url: str) -> str:
    """An address without the user and the password in it."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}***@{rest.rsplit('@', 1)[1]}" if "@" in rest else url


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment and, for secrets, from the files that `NAME_FILE` names. Raises BadSetting, OSError."""
    for name in _FROM_FILE:
        if (path := os.environ.get(f"{name}_FILE")) and not os.environ.get(name):
            try:
                overrides.setdefault(name.lower(), Path(path).read_text(encoding="utf-8").strip())
            except UnicodeDecodeError:
                raise BadSetting(f"{name}_FILE所指的文件{path}不是UTF-8文本，请改为UTF-8编码") from None
    try:
        return Settings(**overrides)
    except ValidationError as error:
        named = "、".join(str(one["loc"][0]).upper() for one in error.errors())
        raise BadSetting(f"{named}。各项设置见 README") from None
