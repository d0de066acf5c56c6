using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Crm.Application.Abstractions;

namespace Crm.Infrastructure.Identity;

/// <summary>HMAC-SHA256 of purpose and id under a key that follows from the access tokens' and is no key of theirs: 256 bits that nobody else can make.</summary>
internal sealed class OneTimeTokens(TokenKey key) : IOneTimeTokens
{
    private readonly byte[] _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes, 32, info: "crm links of e-mails"u8.ToArray());

    public string Of(string purpose, Guid id) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{purpose}\n{id:N}")));
}
