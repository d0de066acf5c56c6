namespace Crm.Domain.Common;

/// <summary>Numbers without the zeros that end them: 1.5000 is 1.5.</summary>
public static class Plain
{
    /// <summary>The same number; the division drops the zeros.</summary>
    public static decimal Of(decimal value) => value / 1.0000000000000000000000000000m;
}
