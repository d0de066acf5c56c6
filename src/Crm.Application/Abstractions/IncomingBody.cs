namespace Crm.Application.Abstractions;

/// <summary>A body that is no JSON, of a type that its route names: read when the use case wants it, once, within the route's limit.</summary>
/// <param name="read">Reads it.</param>
public sealed class IncomingBody(Func<Task<ReadOnlyMemory<byte>>> read)
{
    private Task<ReadOnlyMemory<byte>>? _read;

    /// <summary>Its bytes.</summary>
    /// <exception cref="Crm.Domain.Common.CrmException">PAYLOAD_TOO_LARGE.</exception>
    public Task<ReadOnlyMemory<byte>> ReadAsync() => _read ??= read();

    /// <summary>Nothing of it, which does not belong into logs.</summary>
    public override string ToString() => "a body";
}
